//! The end of the log, over everything else.
//! May not read it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Wrap};

use crate::app::overlay::LogView;
use crate::settings::Theme;
use crate::view::clean;
use crate::view::list::fit;

use super::open_box;

/// Draws it.
pub fn draw(frame: &mut Frame<'_>, area: Rect, view: &LogView, theme: &Theme) {
    let all = (usize::from(area.width), usize::from(area.height));
    let inner = open_box(frame, area, "Log", all, theme);
    let said = match &view.lines {
        None => "Reading…",
        Some(lines) if lines.is_empty() => {
            "Nothing is logged. DUOLOGUE_LOG=info, or log in config.toml, keeps a log."
        }
        Some(lines) => return entries(frame, inner, lines, view.last, theme),
    };
    frame.render_widget(Paragraph::new(said).style(theme.faint).wrap(Wrap { trim: true }), inner);
}

fn entries(frame: &mut Frame<'_>, inner: Rect, lines: &[String], last: usize, theme: &Theme) {
    let rows = usize::from(inner.height);
    let end = last.saturating_add(1).max(rows.min(lines.len()));
    let shown = lines.iter().take(end).skip(end.saturating_sub(rows));
    let wide = usize::from(inner.width);
    let text: Vec<Line> =
        shown.map(|line| Line::styled(fit(&clean::line(line), wide), theme.text)).collect();
    frame.render_widget(Paragraph::new(text), inner);
}
