//! Key hints on as many rows as they need.

use ratatui::text::{Line, Span};

use crate::settings::Theme;

use super::width::width;

/// Columns between two hints.
const GAP: usize = 3;

/// Key hints, none of them cut in two.
pub(super) fn key_hint_rows(
    keys: impl Iterator<Item = (String, &'static str)>,
    columns: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let mut lines: Vec<Line<'static>> = Vec::new();
    for (key, what) in keys {
        let pair_width = width(&key).saturating_add(width(what)).saturating_add(1);
        let hint = [Span::styled(key, theme.title), Span::styled(format!(" {what}"), theme.muted)];
        match lines.last_mut() {
            Some(line)
                if line.width().saturating_add(GAP).saturating_add(pair_width) <= columns =>
            {
                line.push_span(Span::raw(" ".repeat(GAP)));
                line.spans.extend(hint);
            }
            _ => lines.push(Line::from(hint.to_vec())),
        }
    }
    lines
}
