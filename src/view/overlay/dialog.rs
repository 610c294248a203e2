//! The box of a dialog, with key hints in its last row.

use ratatui::Frame;
use ratatui::layout::{Margin, Rect};
use ratatui::text::{Line, Span};
use ratatui::widgets::{Block, Borders, Clear, Paragraph};

use crate::settings::Theme;
use crate::view::width::width;

/// The content size that a dialog wants.
#[derive(Debug, Clone, Copy)]
pub(super) struct BoxSize {
    pub(super) columns: usize,
    pub(super) rows: usize,
}

/// Key hints on one line, as many as fit.
pub(super) fn key_hints(pairs: &[(&str, &str)], columns: usize, theme: &Theme) -> Line<'static> {
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

/// Key hints on as many rows as they need.
pub(super) fn key_hint_rows(
    keys: impl Iterator<Item = (String, &'static str)>,
    columns: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let mut lines: Vec<Line<'static>> = vec![Line::default()];
    for (key, what) in keys {
        let wide = key.chars().count().saturating_add(what.len()).saturating_add(3);
        if lines
            .last()
            .is_some_and(|line| line.width().saturating_add(wide) > columns.saturating_add(2))
        {
            lines.push(Line::default());
        }
        if let Some(line) = lines.last_mut() {
            line.push_span(Span::styled(key, theme.key));
            line.push_span(Span::styled(format!(" {what}  "), theme.faint));
        }
    }
    lines
}

/// Draws the last row of a box; returns the area above, less an empty row where there is one to
/// spare.
pub(super) fn draw_foot(
    frame: &mut Frame<'_>,
    inner: Rect,
    hints: Line<'static>,
    above: usize,
) -> Rect {
    let room = inner.height.saturating_sub(1);
    let place = Rect { y: inner.y.saturating_add(room), height: inner.height.min(1), ..inner };
    frame.render_widget(Paragraph::new(hints), place);
    let above = u16::try_from(above).unwrap_or(u16::MAX);
    Rect { height: room.min(above.max(room.saturating_sub(1))), ..inner }
}

/// Draws a centered box, as large as its content and at most as the screen; returns its inside.
pub(super) fn draw_box(
    frame: &mut Frame<'_>,
    area: Rect,
    title: &str,
    wanted: BoxSize,
    theme: &Theme,
) -> Rect {
    let columns =
        u16::try_from(wanted.columns.saturating_add(4)).unwrap_or(u16::MAX).min(area.width);
    let rows = u16::try_from(wanted.rows.saturating_add(2)).unwrap_or(u16::MAX).min(area.height);
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
