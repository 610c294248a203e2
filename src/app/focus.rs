//! Moves the keys from pane to pane.
//! Must not leave them on a pane that is hidden.

use super::{Effect, Focus, State, Step, list};

/// Moves the keys to another pane; a hidden list is passed over.
pub fn step(state: &mut State, step: Step) -> Vec<Effect> {
    let list_is_there = !state.list.hidden;
    state.focus = match (state.focus, step) {
        (Focus::Composer, Step::Forward) | (Focus::Transcript, Step::Back) if list_is_there => {
            Focus::List
        }
        (Focus::Composer, _) | (Focus::List, Step::Forward) => Focus::Transcript,
        (Focus::Transcript, _) | (Focus::List, Step::Back) => Focus::Composer,
    };
    if state.focus == Focus::List {
        list::find_open(state);
    }
    Vec::new()
}
