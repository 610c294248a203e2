//! Draws the field for the new title of a conversation.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::app::RenameDialog;
use crate::settings::Theme;
use crate::view::text_field::draw_field;

use super::dialog::{BoxSize, draw_box, draw_foot, key_hints};

pub(crate) fn draw(frame: &mut Frame<'_>, area: Rect, dialog: &RenameDialog, theme: &Theme) {
    let inner = draw_box(frame, area, "New title", BoxSize { columns: 60, rows: 3 }, theme);
    let field = Rect { height: 1, ..inner };
    draw_field(frame, field, &dialog.editor, theme);
    let pairs = [("Enter", "rename"), ("Esc", "cancel")];
    draw_foot(frame, inner, key_hints(&pairs, usize::from(inner.width), theme), 1);
}
