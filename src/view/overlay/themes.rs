//! The theme picker, at the side so that the preview is visible.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::app::commands::fuzzy::FuzzyMatcher;
use crate::app::{FilterList, UiPrefsState};
use crate::settings::Theme;

use super::dialog::{BoxMargins, content_columns, key_hints, under_cursor};
use super::picker::{self, Picker, matching_line, visible_rows};

const NAME_COLUMNS: usize = 26;
/// Columns of the preview at the right of the picker.
const EDGE_COLUMNS: u16 = 3;

/// Below this nothing of a preview fits beside the picker, which then has the whole width.
const MIN_COLUMNS_FOR_PREVIEW: u16 = 60;

pub(crate) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    ui_prefs: &UiPrefsState,
    picker: &FilterList<usize>,
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
    let all = ui_prefs.theme_names.len();
    // The height is that of the unfiltered list, so that typing does not move the box.
    let wanted = u16::try_from(all).unwrap_or(u16::MAX);
    let (top, many) = visible_rows(right, wanted, picker.selected);
    let shown = picker.matches.iter().enumerate().skip(top).take(many);
    let mut fuzzy = FuzzyMatcher::new(picker.editor.text());
    let mut rows: Vec<Line<'static>> = Vec::new();
    for (index, name) in shown.filter_map(|(at, of)| Some((at, ui_prefs.theme_names.get(*of)?))) {
        let mark = if name == ui_prefs.theme.value() { "● " } else { "  " };
        let line = matching_line(name, mark, &mut fuzzy, theme, columns);
        let is_selected = index == picker.selected;
        rows.push(if is_selected { under_cursor(&line, columns, theme) } else { line });
    }
    let footer = key_hints(&[("Enter", "select"), ("Esc", "close")], columns, theme);
    let picker = Picker {
        title: "Theme",
        sign: "› ",
        field: &picker.editor,
        rows,
        wanted: (u16::try_from(columns).unwrap_or(u16::MAX), wanted),
        count: format!("{}/{all}", picker.matches.len()),
        footer,
    };
    picker::draw(frame, right, picker, theme);
}
