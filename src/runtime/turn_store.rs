//! Stores what a turn produces, the same way for the window and for every command.

use crate::chat::{
    AnswerRecord, Conversation, ConversationId, Failure, Message, TextDelta, TurnId,
};
use crate::store::{Store, StoreError};

/// Journals new text of an answer; it reaches the disk with the next `flush`.
pub(crate) fn journal(store: &mut Store, turn: &TurnId, delta: &TextDelta) {
    match delta {
        TextDelta::Append(text) => store.append_delta(turn, text),
        TextDelta::Replace(text) => store.replace_answer(turn, text),
    }
}

/// Ends a turn and stores its answer. Returns the conversation with it; `None` when there was no answer
/// to store.
///
/// # Errors
/// When the shared file could not be written; the failure says where the answer is instead.
pub(crate) fn finish(
    store: &mut Store,
    turn: &TurnId,
    conversation: &ConversationId,
    answer: Option<(Message, AnswerRecord)>,
) -> Result<Option<Conversation>, Failure> {
    store.finish_turn(turn, conversation, answer).map_err(|error| {
        let failure = error.to_failure();
        if matches!(error, StoreError::Deleted(_)) {
            return failure;
        }
        Failure { advice: store.unstored_answer_location().into(), ..failure }
    })
}
