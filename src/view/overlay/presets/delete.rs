//! The confirmation of deleting a preset.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::chat::{Preset, UNDO_DAYS};
use crate::settings::Theme;
use crate::view::clean;
use crate::view::fit::fit;
use crate::view::message::remark_lines;

use super::super::dialog::{BoxSize, draw_box, fitted_columns};
use crate::view::key_hint_rows::key_hint_rows;

const MAX_COLUMNS: usize = 60;

pub(super) fn draw(frame: &mut Frame<'_>, area: Rect, preset: &Preset, theme: &Theme) {
    let columns = fitted_columns(area, MAX_COLUMNS);
    let name = fit(&clean::line(&preset.name), 40);
    let question = format!("Delete the preset \"{name}\"? You can undo this for {UNDO_DAYS} days.");
    let mut lines = remark_lines(&question, theme.text, columns);
    lines.push(Line::default());
    let keys = [("y", "delete"), ("n", "cancel"), ("Esc", "cancel")];
    lines.extend(key_hint_rows(
        keys.map(|(key, what)| (key.to_owned(), what)).into_iter(),
        columns,
        theme,
    ));
    let inner = draw_box(frame, area, "Delete", BoxSize { columns, rows: lines.len() }, theme);
    frame.render_widget(Paragraph::new(lines), inner);
}
