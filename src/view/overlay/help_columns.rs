//! Lays out sections of help: keys at the left, what they do beside them on as many lines as it takes,
//! and sections in two columns.

use ratatui::text::{Line, Span};

use crate::settings::Theme;
use crate::view::fit::fit;
use crate::view::message::remark_lines;
use crate::view::width::width;

use super::help_rows::{HelpRow, HelpSection};

/// The most columns of the keys, with the gap after them.
const MAX_KEY_COLUMNS: usize = 20;
/// The least columns of the descriptions.
const MIN_DESCRIPTION_COLUMNS: usize = 22;

/// The heading and the rows of a section.
pub(super) fn section_lines(
    section: &HelpSection,
    columns: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let most = MAX_KEY_COLUMNS.min(columns.saturating_sub(MIN_DESCRIPTION_COLUMNS)).max(8);
    let rows = section.rows.iter().flat_map(|row| row_lines(row, most, columns, theme));
    std::iter::once(Line::styled(section.title, theme.heading)).chain(rows).collect()
}

fn row_lines(row: &HelpRow, column: usize, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    let keys = wrap_keys(&row.keys, column.saturating_sub(2));
    let about = remark_lines(row.about, theme.text, columns.saturating_sub(column).max(1));
    let rows = keys.len().max(about.len());
    let (mut keys, mut about) = (keys.into_iter(), about.into_iter());
    let beside = |_| {
        let keys = keys.next().unwrap_or_default();
        let gap = " ".repeat(column.saturating_sub(width(&keys)));
        let mut spans = vec![Span::styled(format!("{keys}{gap}"), theme.key)];
        spans.extend(about.next().unwrap_or_default().spans);
        Line::from(spans)
    };
    (0..rows).map(beside).collect()
}

/// The keys of a row, on as many lines as it takes.
fn wrap_keys(keys: &[String], room: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for key in keys {
        match lines.last_mut() {
            Some(line) if width(line).saturating_add(width(key)).saturating_add(2) <= room => {
                line.push_str(", ");
                line.push_str(key);
            }
            Some(line) => {
                line.push(',');
                lines.push(fit(key, room));
            }
            None => lines.push(fit(key, room)),
        }
    }
    lines
}

/// The sections side by side, the columns as even as whole sections allow.
pub(super) fn in_two_columns(
    sections: Vec<Vec<Line<'static>>>,
    columns: usize,
    gap: usize,
) -> Vec<Line<'static>> {
    let heights: Vec<usize> =
        sections.iter().map(|section| section.len().saturating_add(1)).collect();
    let all: usize = heights.iter().sum();
    let taller = |left: usize| {
        let rows: usize = heights.iter().take(left).sum();
        rows.max(all.saturating_sub(rows))
    };
    let left = (0..=sections.len()).min_by_key(|left| taller(*left)).unwrap_or(0);
    let mut halves = sections.into_iter();
    let left: Vec<_> = halves.by_ref().take(left).collect::<Vec<_>>().join(&Line::default());
    let right: Vec<_> = halves.collect::<Vec<_>>().join(&Line::default());
    let rows = left.len().max(right.len());
    let (mut left, mut right) = (left.into_iter(), right.into_iter());
    let joined = (0..rows).map(|_| {
        let mut spans = own_spans(left.next().unwrap_or_default());
        let used: usize = spans.iter().map(Span::width).sum();
        let free = columns.saturating_add(gap).saturating_sub(used);
        spans.push(Span::raw(" ".repeat(free)));
        spans.extend(own_spans(right.next().unwrap_or_default()));
        Line::from(spans)
    });
    joined.collect()
}

/// The spans of a line with its style, to stand beside others.
fn own_spans(line: Line<'static>) -> Vec<Span<'static>> {
    let style = line.style;
    let own = |span: Span<'static>| Span { style: style.patch(span.style), ..span };
    line.spans.into_iter().map(own).collect()
}
