//! Clears the selection, also where its text is gone.

use crate::chat::ConversationId;

use crate::app::{State, Transcript};

/// Clears a selection in a live answer that was rewritten.
pub(crate) fn clear_if_rewritten(transcript: &mut Transcript, conversation: &ConversationId) {
    let open = transcript.open.as_ref().filter(|open| open.id == *conversation);
    let Some(stored) = open.map(|open| open.messages.len()) else {
        return;
    };
    transcript.selection.take_if(|selection| *selection.items().end() >= stored);
}

/// Clears the selection; false where there is none.
pub(crate) fn clear(state: &mut State) -> bool {
    state.transcript.selection.take().is_some()
}
