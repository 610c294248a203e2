//! Moves the focus between panes.

use super::{Direction, Effect, Focus, State, list};

/// Focuses the next or previous pane; skips a hidden list.
pub(crate) fn step_focus(state: &mut State, step: Direction) -> Vec<Effect> {
    let list_is_there = !state.list.hidden;
    state.focus = match (state.focus, step) {
        (Focus::Composer, Direction::Forward) | (Focus::Transcript, Direction::Back)
            if list_is_there =>
        {
            Focus::List
        }
        (Focus::Composer, _) | (Focus::List, Direction::Forward) => Focus::Transcript,
        (Focus::Transcript, _) | (Focus::List, Direction::Back) => Focus::Composer,
    };
    if state.focus == Focus::List {
        list::select_open(state);
    }
    Vec::new()
}
