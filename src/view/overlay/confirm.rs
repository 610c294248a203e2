//! The confirmation of a deletion.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::app::{Confirm, State, temporary};
use crate::settings::Theme;
use crate::view::clean;
use crate::view::fit::fit;
use crate::view::message::remark_lines;
use crate::view::width::width;

use super::dialog::{BoxSize, draw_box, draw_foot, fitted_columns, key_hints};

const MAX_COLUMNS: usize = 60;

pub(crate) fn draw(
    frame: &mut Frame<'_>,
    area: Rect,
    state: &State,
    confirm: &Confirm,
    theme: &Theme,
) {
    let Confirm::Delete { id, title } = confirm;
    let room = fitted_columns(area, MAX_COLUMNS);
    let name = fit(&clean::title(title), room.saturating_sub(width("Delete \"\"?")));
    let question = format!("Delete \"{name}\"?");
    let after = if temporary::is_temporary(state, id) {
        "It is not saved and cannot be restored."
    } else {
        "You can undo this for 30 days."
    };
    let mut lines = vec![Line::styled(question, theme.text)];
    lines.extend(remark_lines(after, theme.faint, room));
    let longest = lines.iter().map(Line::width).max().unwrap_or(0);
    let wanted = BoxSize { columns: longest, rows: lines.len().saturating_add(2) };
    let inner = draw_box(frame, area, "Delete", wanted, theme);
    let pairs = [("y", "delete"), ("n", "cancel")];
    let keys = key_hints(&pairs, usize::from(inner.width), theme);
    let inner = draw_foot(frame, inner, keys, lines.len());
    frame.render_widget(Paragraph::new(lines), inner);
}
