//! What lies over the panes, in the middle of the screen; a file for each overlay.
//! May not answer its own questions.

pub mod confirm;
pub mod find;
pub mod help;
pub mod log;
pub mod models;
pub mod palette;
pub mod picker;
pub mod presets;
pub mod prompts;
pub mod rename;
pub mod themes;
pub mod usage;

use ratatui::Frame;
use ratatui::layout::{Margin, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Clear, Paragraph};

use crate::app::{Overlay, State};
use crate::settings::Theme;
use crate::view::wrap::width;

/// Draws the overlay, if there is one.
pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State, theme: &Theme) {
    match &state.overlay {
        None => {}
        Some(Overlay::Help(overlay)) => help::draw(frame, area, &state.keymap, *overlay, theme),
        Some(Overlay::Rename(overlay)) => rename::draw(frame, area, overlay, theme),
        Some(Overlay::Confirm(overlay)) => confirm::draw(frame, area, state, overlay, theme),
        Some(Overlay::Models(overlay)) => models::draw(frame, area, state, overlay, theme),
        Some(Overlay::Themes(picker)) => themes::draw(frame, area, &state.looks, *picker, theme),
        Some(Overlay::Usage(report)) => usage::draw(frame, area, report.as_deref(), theme),
        Some(Overlay::Find(overlay)) => find::draw(frame, area, state, overlay, theme),
        Some(Overlay::Log(overlay)) => log::draw(frame, area, overlay, theme),
        Some(Overlay::Palette(overlay)) => palette::draw(frame, area, state, overlay, theme),
        Some(Overlay::Presets(overlay)) => presets::draw(frame, area, state, overlay, theme),
        Some(Overlay::Prompts(overlay)) => prompts::draw(frame, area, overlay, theme),
    }
}

/// Keys and what they do on one line, as many as there is room for.
fn keys(pairs: &[(&str, &str)], columns: usize, theme: &Theme) -> Line<'static> {
    let mut spans: Vec<Span<'static>> = Vec::new();
    let mut used = 0_usize;
    for (key, what) in pairs {
        let gap = if spans.is_empty() { "" } else { "  " };
        let wide = [gap, key, " ", what].iter().map(|part| width(part)).sum::<usize>();
        used = used.saturating_add(wide);
        if used > columns {
            break;
        }
        spans.push(Span::styled(format!("{gap}{key}"), theme.key));
        spans.push(Span::styled(format!(" {what}"), theme.faint));
    }
    Line::from(spans)
}

/// Draws what stands in the last row of a box; tells what is left above it, with an empty row in
/// between where there is one to spare.
fn foot(frame: &mut Frame<'_>, inner: Rect, keys: Line<'static>, above: usize) -> Rect {
    let room = inner.height.saturating_sub(1);
    let place = Rect { y: inner.y.saturating_add(room), height: inner.height.min(1), ..inner };
    frame.render_widget(Paragraph::new(keys), place);
    let above = u16::try_from(above).unwrap_or(u16::MAX);
    Rect { height: room.min(above.max(room.saturating_sub(1))), ..inner }
}

/// A box in the middle, as large as its content but never larger than the screen.
fn open_box(
    frame: &mut Frame<'_>,
    area: Rect,
    title: &str,
    wanted: (usize, usize),
    theme: &Theme,
) -> Rect {
    let columns = u16::try_from(wanted.0.saturating_add(4)).unwrap_or(u16::MAX).min(area.width);
    let rows = u16::try_from(wanted.1.saturating_add(2)).unwrap_or(u16::MAX).min(area.height);
    let middle = Rect {
        x: area.x.saturating_add(area.width.saturating_sub(columns) / 2),
        y: area.y.saturating_add(area.height.saturating_sub(rows) / 2),
        width: columns,
        height: rows,
    };
    frame.render_widget(Clear, middle);
    let block = Block::new()
        .borders(Borders::ALL)
        .border_style(theme.border)
        .title(Span::styled(format!(" {title} "), theme.title));
    frame.render_widget(block, middle);
    middle.inner(Margin::new(2, 1))
}
