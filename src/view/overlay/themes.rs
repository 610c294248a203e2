//! The theme picker, at the side so that the preview is visible.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};

use crate::app::{ThemePicker, UiPrefsState};
use crate::settings::Theme;
use crate::view::clean;
use crate::view::fit::fit;

use super::dialog::{
    BoxMargins, BoxSize, content_columns, draw_counted_box, draw_foot, draw_rows, key_hints,
};
use super::picker::under_cursor;

const NAME_COLUMNS: usize = 26;
/// Columns of the preview at the right of the picker.
const EDGE_COLUMNS: u16 = 3;

/// Below this nothing of a preview fits beside the picker, which then has the whole width.
const MIN_COLUMNS_FOR_PREVIEW: u16 = 60;

pub(crate) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    ui_prefs: &UiPrefsState,
    picker: ThemePicker,
    theme: &Theme,
) {
    let fills_width = area.width < MIN_COLUMNS_FOR_PREVIEW;
    let (columns, right) = if fills_width {
        (usize::from(content_columns(area)), area)
    } else {
        let margins = BoxMargins::of(area).columns * 2;
        let side = u16::try_from(NAME_COLUMNS).unwrap_or(u16::MAX).saturating_add(margins);
        let x = area.right().saturating_sub(side).saturating_sub(EDGE_COLUMNS);
        (NAME_COLUMNS, Rect { x, width: side, ..area })
    };
    let name = |(index, name): (usize, &String)| {
        let mark = if name == ui_prefs.theme.value() { "● " } else { "  " };
        let name = fit(&clean::line(name), columns.saturating_sub(2));
        let line = Line::from(vec![Span::styled(mark, theme.mark), Span::styled(name, theme.text)]);
        if index == picker.selected { under_cursor(&line, columns, theme) } else { line }
    };
    let lines: Vec<Line> = ui_prefs.theme_names.iter().enumerate().map(name).collect();
    let count = lines.len().to_string();
    let wanted = BoxSize { columns, rows: lines.len().saturating_add(2) };
    let inner = draw_counted_box(frame, right, ("Theme", &count), wanted, theme);
    let pairs = [("Enter", "select"), ("Esc", "close")];
    let inner =
        draw_foot(frame, inner, key_hints(&pairs, usize::from(inner.width), theme), lines.len());
    draw_rows(frame, inner, lines, picker.selected, theme);
}
