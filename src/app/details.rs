//! Shows or hides the details of answers: reasoning, searches, tools.

use super::{DetailsDisplay, Effect, State};
use crate::app::search_bar;

/// Expands the details of all answers, or collapses them.
pub fn toggle(state: &mut State) -> Vec<Effect> {
    state.transcript.details = match state.transcript.details {
        DetailsDisplay::Collapsed => DetailsDisplay::Expanded,
        DetailsDisplay::Expanded => DetailsDisplay::Collapsed,
    };
    // A search covers only the details that are shown.
    search_bar::refresh_matches(state);
    Vec::new()
}
