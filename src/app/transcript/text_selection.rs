//! Keeps a selection valid while the conversation changes.

use std::sync::Arc;

use crate::chat::{ConversationId, Message};

use crate::app::{State, Transcript};

/// Moves a selection with its messages after a reload.
pub(crate) fn remap_after_reload(
    transcript: &mut Transcript,
    before: &[Arc<Message>],
    now: &[Arc<Message>],
) {
    let Some(mut selection) = transcript.selection.take() else {
        return;
    };
    let index = |item: usize| match before.get(item) {
        Some(message) => now.iter().position(|it| Arc::ptr_eq(it, message)),
        // The live answer, or the same one as a stored message.
        None => Some(item),
    };
    if let (Some(from), Some(to)) = (index(selection.from.item), index(selection.to.item)) {
        (selection.from.item, selection.to.item) = (from, to);
        transcript.selection = Some(selection);
    }
}

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
