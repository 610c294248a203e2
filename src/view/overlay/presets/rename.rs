//! The dialog for renaming a preset.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::widgets::Paragraph;

use crate::app::{PresetPicker, PresetRenameDialog};
use crate::settings::Theme;
use crate::view::message::remark_lines;
use crate::view::text_field::draw_field;

use super::super::dialog::{BoxSize, draw_box, fitted_columns};
use super::text::outcome_lines;
use crate::view::key_hint_rows::key_hint_rows;

const MAX_COLUMNS: usize = 44;

pub(super) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    renaming: &PresetRenameDialog,
    picker: &PresetPicker,
    theme: &Theme,
) {
    let columns = fitted_columns(area, MAX_COLUMNS);
    let fault = renaming.fault.map(|it| remark_lines(it.sentence(), theme.error, columns));
    let mut below = fault.unwrap_or_else(|| outcome_lines(picker, columns, theme));
    let keys = [("Enter", "save"), ("Esc", "cancel")];
    below.extend(key_hint_rows(
        keys.map(|(key, what)| (key.to_owned(), what)).into_iter(),
        columns,
        theme,
    ));
    let wanted = BoxSize { columns: MAX_COLUMNS, rows: below.len().saturating_add(1).max(3) };
    let inner = draw_box(frame, area, "New name", wanted, theme);
    draw_field(frame, Rect { height: inner.height.min(1), ..inner }, &renaming.editor, theme);
    let rest =
        Rect { y: inner.y.saturating_add(1), height: inner.height.saturating_sub(1), ..inner };
    frame.render_widget(Paragraph::new(below), rest);
}
