//! What stands behind answers, all of it or one line.

use super::{Effect, Fold, State, find};

/// Shows all of what stands behind answers, or one line of it.
pub fn toggle(state: &mut State) -> Vec<Effect> {
    state.transcript.fold = match state.transcript.fold {
        Fold::Folded => Fold::Open,
        Fold::Open => Fold::Folded,
    };
    // What is looked for may stand in what came into sight.
    find::refresh(state);
    Vec::new()
}
