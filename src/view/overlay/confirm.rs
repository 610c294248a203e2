//! A question to be answered with y or n.
//! May not answer it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::Paragraph;

use crate::app::{Confirm, State, temporary};
use crate::settings::Theme;
use crate::view::clean;
use crate::view::fit::fit;
use crate::view::message::remark;
use crate::view::width::width;

use super::dialog::{Size, foot, key_hints, open_box};

/// Columns where there is room.
const WIDE: usize = 60;

/// Draws the question and its keys.
pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State, confirm: &Confirm, theme: &Theme) {
    let Confirm::Delete { id, title } = confirm;
    let room = usize::from(area.width.saturating_sub(4)).min(WIDE);
    let name = fit(&clean::title(title), room.saturating_sub(width("Delete \"\"?")));
    let question = format!("Delete \"{name}\"?");
    let after = if temporary::is(state, id) {
        "It is kept nowhere and cannot be taken back."
    } else {
        "It can be taken back for 30 days."
    };
    let mut lines = vec![Line::styled(question, theme.text)];
    lines.extend(remark(after, theme.faint, room));
    let wide = lines.iter().map(Line::width).max().unwrap_or(0);
    let wanted = Size { columns: wide, rows: lines.len().saturating_add(2) };
    let inner = open_box(frame, area, "Delete", wanted, theme);
    let pairs = [("y", "deletes"), ("n", "leaves it")];
    let keys = key_hints(&pairs, usize::from(inner.width), theme);
    let inner = foot(frame, inner, keys, lines.len());
    frame.render_widget(Paragraph::new(lines), inner);
}
