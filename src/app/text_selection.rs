//! What becomes of a selection when the conversation changes under it.
//! Must not select anything.

use std::sync::Arc;

use crate::chat::{ConversationId, Message};

use crate::app::{State, Transcript};

/// Lets a selection stay on its messages after the conversation was read again.
pub fn remap_after_reload(
    transcript: &mut Transcript,
    known: &[Arc<Message>],
    now: &[Arc<Message>],
) {
    let Some(mut selection) = transcript.selection.take() else {
        return;
    };
    let place = |item: usize| match known.get(item) {
        Some(message) => now.iter().position(|it| Arc::ptr_eq(it, message)),
        // The growing answer, or the same one stored.
        None => Some(item),
    };
    if let (Some(from), Some(to)) = (place(selection.from.item), place(selection.to.item)) {
        (selection.from.item, selection.to.item) = (from, to);
        transcript.selection = Some(selection);
    }
}

/// Lets go of a selection in an answer that was written anew.
pub fn clear_if_rewritten(transcript: &mut Transcript, conversation: &ConversationId) {
    let open = transcript.open.as_ref().filter(|open| open.id == *conversation);
    let Some(stored) = open.map(|open| open.messages.len()) else {
        return;
    };
    transcript.selection.take_if(|selection| *selection.items().end() >= stored);
}

/// Lets go of what is selected; false where nothing is.
pub fn clear(state: &mut State) -> bool {
    state.transcript.selection.take().is_some()
}
