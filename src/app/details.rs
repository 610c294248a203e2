//! What stands behind answers, all of it or one line.

use super::{DetailsDisplay, Effect, State};
use crate::app::search_bar;

/// Shows all of what stands behind answers, or one line of it.
pub fn toggle(state: &mut State) -> Vec<Effect> {
    state.transcript.details = match state.transcript.details {
        DetailsDisplay::Collapsed => DetailsDisplay::Expanded,
        DetailsDisplay::Expanded => DetailsDisplay::Collapsed,
    };
    // What is looked for may stand in what came into sight.
    search_bar::refresh_matches(state);
    Vec::new()
}
