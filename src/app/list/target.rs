//! The conversation that an action applies to.

use crate::chat::ConversationId;

use crate::app::{Focus, State, list};

/// Why nothing can be done with a conversation.
pub(crate) const NO_CONVERSATION_OPEN: &str = "No conversation is open.";

/// Id and title of the target: the selected row where the list has the focus, else the open
/// conversation.
#[must_use]
pub(crate) fn target_conversation(state: &State) -> Option<(ConversationId, String)> {
    if state.focus == Focus::List {
        return list::selected(&state.list)
            .map(|row| (row.id.clone(), row.title.text().to_owned()));
    }
    state.transcript.open.as_ref().map(|open| (open.id.clone(), open.title.clone()))
}
