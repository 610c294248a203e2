//! Moves the focus between panes: composer, conversation, list, and around.

use super::{Direction, Effect, Focus, State, list};

/// Focuses the next or previous pane.
pub(crate) fn step_focus(state: &mut State, step: Direction) -> Vec<Effect> {
    state.focus = adjacent_pane(state, step);
    if state.focus == Focus::List {
        list::select_open(state);
    }
    Vec::new()
}

/// The next or previous pane; skips a hidden list.
pub(crate) const fn adjacent_pane(state: &State, step: Direction) -> Focus {
    match (state.focus, step) {
        (Focus::Composer, Direction::Forward) | (Focus::List, Direction::Back) => Focus::Transcript,
        (Focus::List, Direction::Forward) | (Focus::Transcript, Direction::Back) => Focus::Composer,
        (Focus::Composer, Direction::Back) if state.list.hidden => Focus::Transcript,
        (Focus::Transcript, Direction::Forward) if state.list.hidden => Focus::Composer,
        (Focus::Composer | Focus::Transcript, _) => Focus::List,
    }
}
