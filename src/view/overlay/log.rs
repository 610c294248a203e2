//! Draws the log overlay: as many of the last entries as fit.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use ratatui::widgets::{Paragraph, Wrap};

use crate::app::LogView;
use crate::settings::Theme;
use crate::view::clean;
use crate::view::wrap::{Indent, StyledRun, wrap};

use super::dialog::{BoxSize, draw_box, draw_foot, key_hints};

pub(crate) fn draw(frame: &mut Frame<'_>, area: Rect, view: &LogView, theme: &Theme) {
    let all = BoxSize { columns: usize::from(area.width), rows: usize::from(area.height) };
    let inner = draw_box(frame, area, "Log", all, theme);
    let pairs = [("Esc", "close"), ("Up Down", "scroll")];
    let columns = usize::from(inner.width);
    let inner = draw_foot(frame, inner, key_hints(&pairs, columns, theme), usize::MAX);
    let text = match &view.lines {
        None => "Reading…",
        Some(lines) if lines.is_empty() => {
            "Logging is off. Set DUOLOGUE_LOG=info, or log in config.toml."
        }
        Some(lines) => return draw_entries(frame, inner, lines, view.last, theme),
    };
    frame.render_widget(Paragraph::new(text).style(theme.faint).wrap(Wrap { trim: true }), inner);
}

/// Draws the entries up to the last one in view.
fn draw_entries(frame: &mut Frame<'_>, inner: Rect, lines: &[String], last: usize, theme: &Theme) {
    let rows = usize::from(inner.height);
    let end = last.saturating_add(1).max(rows.min(lines.len()));
    let columns = usize::from(inner.width);
    let mut shown: Vec<Line<'static>> = Vec::new();
    for line in lines.iter().take(end).rev() {
        let mut entry = entry_lines(line, theme, columns);
        entry.append(&mut shown);
        shown = entry;
        if shown.len() >= rows {
            break;
        }
    }
    let above = shown.len().saturating_sub(rows);
    frame.render_widget(Paragraph::new(shown.split_off(above)), inner);
}

fn entry_lines(line: &str, theme: &Theme, columns: usize) -> Vec<Line<'static>> {
    let (style, text) = style_entry(line, theme);
    let indent = Indent { first: Vec::new(), rest: vec![StyledRun::new("  ", theme.text)] };
    wrap(&[StyledRun::new(clean::line(&text), style)], &indent, columns)
}

/// Shortens the time stamp to the time of day and picks a style by level.
fn style_entry(line: &str, theme: &Theme) -> (Style, String) {
    let words: Vec<&str> = line.splitn(3, ' ').map(str::trim).collect();
    let [at, rest @ ..] = words.as_slice() else {
        return (theme.text, line.to_owned());
    };
    let time = at.split_once('T').and_then(|(_, time)| time.get(..8));
    let Some(time) = time.filter(|time| time.bytes().all(|b| b.is_ascii_digit() || b == b':'))
    else {
        return (theme.text, line.to_owned());
    };
    let rest = rest.join(" ");
    let rest = rest.trim_start();
    let (style, rest) = match rest.split_once(' ') {
        Some(("ERROR", _)) => (theme.error, rest),
        Some(("WARN", _)) => (theme.warning, rest),
        Some(("INFO", rest)) => (theme.text, rest),
        Some(("DEBUG" | "TRACE", rest)) => (theme.faint, rest),
        _ => (theme.text, rest),
    };
    (style, format!("{time} {rest}"))
}
