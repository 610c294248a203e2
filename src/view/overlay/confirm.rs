//! A question to be answered with y or n.
//! May not answer it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::{Paragraph, Wrap};

use crate::app::overlay::Confirm;
use crate::app::{State, temporary};
use crate::settings::Theme;
use crate::view::clean;
use crate::view::list::fit;
use crate::view::wrap::width;

use super::open_box;

/// Draws the question and its keys.
pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State, confirm: &Confirm, theme: &Theme) {
    let Confirm::Delete { id, title } = confirm;
    let name = fit(&clean::title(title), 40);
    let question = if temporary::is(state, id) {
        format!("Delete \"{name}\"? It is kept nowhere and cannot be taken back.")
    } else {
        format!("Delete \"{name}\"? It can be taken back for 30 days.")
    };
    let inner = open_box(frame, area, "Delete", (width(&question).min(60), 4), theme);
    let lines = vec![
        Line::styled(question, theme.text),
        Line::default(),
        Line::from(vec![
            Span::styled("y", theme.key),
            Span::styled(" deletes  ", theme.faint),
            Span::styled("n", theme.key),
            Span::styled(" leaves it", theme.faint),
        ]),
    ];
    frame.render_widget(Paragraph::new(lines).wrap(Wrap { trim: true }), inner);
}
