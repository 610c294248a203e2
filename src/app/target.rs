//! The conversation that an action is about.
//! Must not say anything where there is none.

use crate::chat::ConversationId;

use crate::app::{Focus, State, list};

/// The conversation an action is about: the row under the cursor, or the one on screen.
#[must_use]
pub fn target_conversation(state: &State) -> Option<(ConversationId, String)> {
    if state.focus == Focus::List {
        return list::selected(&state.list).map(|row| (row.id.clone(), row.title.clone()));
    }
    state.transcript.open.as_ref().map(|open| (open.id.clone(), open.title.clone()))
}
