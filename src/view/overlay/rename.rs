//! A new title being typed.
//! May not edit it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::overlay::RenameDialog;
use crate::settings::Theme;
use crate::view::field::draw_field;

use super::open_box;

/// Draws the field and its keys.
pub fn draw(frame: &mut Frame<'_>, area: Rect, dialog: &RenameDialog, theme: &Theme) {
    let inner = open_box(frame, area, "New title", (44, 3), theme);
    let field = Rect { height: 1, ..inner };
    draw_field(frame, field, &dialog.editor, theme);
    let hint =
        Rect { y: inner.y.saturating_add(2), height: inner.height.saturating_sub(2), ..inner };
    let keys = Line::from(vec![
        Span::styled("Enter", theme.key),
        Span::styled(" renames  ", theme.faint),
        Span::styled("Esc", theme.key),
        Span::styled(" leaves it", theme.faint),
    ]);
    frame.render_widget(Paragraph::new(keys), hint);
}
