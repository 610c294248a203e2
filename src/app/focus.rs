//! Moves the keys from pane to pane.
//! Must not leave them on a pane that is hidden.

use super::{Direction, Effect, Focus, State, list};

/// Moves the keys to another pane; a hidden list is passed over.
pub fn step_focus(state: &mut State, step: Direction) -> Vec<Effect> {
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
