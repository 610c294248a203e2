//! The lines between conversation and composer: what the composer's text is for, where that is
//! not simply the next question.
//! May not take more than a few rows.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Paragraph;

use crate::app::State;
use crate::settings::{Action, Theme};

use super::list::fit;

/// Rows the lines take.
#[must_use]
pub fn rows(state: &State) -> u16 {
    u16::from(state.transcript.editing.is_some())
}

/// Draws them.
pub fn draw(frame: &mut Frame<'_>, area: Rect, state: &State, theme: &Theme) {
    let wide = usize::from(area.width);
    let mut lines = Vec::new();
    if state.transcript.editing.is_some() {
        lines.push(editing(state, theme, wide));
    }
    frame.render_widget(Paragraph::new(lines), area);
}

/// That an earlier question is being edited, and what becomes of it.
fn editing(state: &State, theme: &Theme, wide: usize) -> Line<'static> {
    let key = |action: Action| {
        state.keymap.key(action).map_or_else(|| "-".to_owned(), |chord| chord.to_string())
    };
    let head = " Editing an earlier question";
    let (send, leave) = (key(Action::Send), key(Action::Stop));
    let long = format!("  {send} asks it anew, the old answer is kept; {leave} leaves it");
    let short = format!("  {leave} leaves it");
    let rest = [long, short].into_iter().find(|it| head.len().saturating_add(it.len()) < wide);
    Line::from(vec![
        Span::styled(fit(head, wide), theme.mark),
        Span::styled(rest.unwrap_or_default(), theme.faint),
    ])
}
