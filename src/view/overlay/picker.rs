//! A picker: a text field with rows to choose from, at a fixed place so that typing does not move
//! it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::commands::fuzzy::FuzzyMatcher;
use crate::app::editor::Editor;
use crate::settings::Theme;
use crate::view::clean;
use crate::view::fit::fit_matched;
use crate::view::width::width;

use super::dialog::{
    BoxMargins, BoxSize, COMPOSER_ROWS, draw_counted_box, draw_first_field, draw_selected_row,
};

/// The contents of a picker.
#[derive(Debug)]
pub(crate) struct Picker<'a> {
    pub(crate) title: &'a str,
    /// The sign before the field.
    pub(crate) sign: &'a str,
    pub(crate) field: &'a Editor,
    /// The rows in view; none where nothing matches.
    pub(crate) rows: Vec<Line<'static>>,
    /// The columns and rows it wants, whatever is typed.
    pub(crate) wanted: (u16, u16),
    /// How many rows match, of how many.
    pub(crate) count: String,
    /// The line below the rows.
    pub(crate) footer: Line<'static>,
}

/// The first row in view around the cursor, and how many rows fit.
#[must_use]
pub(crate) fn visible_rows(area: Rect, wanted: u16, selected: usize) -> (usize, usize) {
    let rows = usize::from(wanted.min(area.height.saturating_sub(frame_rows(area))));
    let top = selected.saturating_add(1).saturating_sub(rows);
    (top, rows)
}

/// How many rows of a list a picker has that ends above the composer.
pub(super) const fn rows_above_composer(area: Rect) -> u16 {
    area.height.saturating_sub(COMPOSER_ROWS).saturating_sub(frame_rows(area)).saturating_sub(1)
}

/// Rows between the field and the list, and between the list and the footer.
const fn gap_rows(area: Rect) -> u16 {
    if area.height >= 16 { 1 } else { 0 }
}

/// The box, the field, the footer and the gaps.
const fn frame_rows(area: Rect) -> u16 {
    BoxMargins::of(area).rows() + 2 + gap_rows(area) * 2
}

pub(crate) fn draw(frame: &mut Frame<'_>, area: Rect, picker: Picker<'_>, theme: &Theme) {
    let (columns, rows) = picker.wanted;
    let gap = gap_rows(area);
    let rows = rows.saturating_add(2).saturating_add(gap * 2);
    let wanted = BoxSize { columns: usize::from(columns), rows: usize::from(rows) };
    let inner = draw_counted_box(frame, area, (picker.title, &picker.count), wanted, theme);
    draw_first_field(frame, inner, picker.sign, picker.field, theme);
    let above = gap.saturating_add(1);
    let list = Rect {
        y: inner.y.saturating_add(above),
        height: inner.height.saturating_sub(above).saturating_sub(1).saturating_sub(gap),
        ..inner
    };
    let selected: Vec<u16> = picker
        .rows
        .iter()
        .enumerate()
        .filter(|(_, row)| row.style == theme.selected_row)
        .filter_map(|(at, _)| u16::try_from(at).ok())
        .collect();
    let rows = if picker.rows.is_empty() {
        vec![Line::styled("No matches", theme.faint)]
    } else {
        picker.rows
    };
    frame.render_widget(Paragraph::new(rows), list);
    for row in selected {
        draw_selected_row(frame, list, row, theme);
    }
    let footer =
        Rect { y: inner.bottom().saturating_sub(1), height: u16::from(inner.height > 2), ..inner };
    frame.render_widget(Paragraph::new(picker.footer), footer);
}

/// A name with the letters that match the filter, behind the mark of the one in use.
pub(super) fn matching_line(
    name: &str,
    mark: &str,
    fuzzy: &mut FuzzyMatcher,
    theme: &Theme,
    columns: usize,
) -> Line<'static> {
    let name = clean::line(name);
    let positions = fuzzy.match_positions(&name);
    let room = columns.saturating_sub(width(mark));
    let mut spans = vec![Span::styled(mark.to_owned(), theme.mark)];
    spans.extend(fit_matched(&name, &positions, room, theme.text, theme.strong));
    Line::from(spans)
}
