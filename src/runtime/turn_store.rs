//! What a turn does at the store, the same for the window's thread and for every command.
//! Must not decide when: the steps of a turn do.

use crate::chat::{
    AnswerRecord, Conversation, ConversationId, Failure, Message, TextDelta, TurnId,
};
use crate::store::{Store, StoreError};

/// Writes down what came of an answer; it reaches the disk with the next `flush`.
pub fn journal(store: &mut Store, turn: &TurnId, delta: &TextDelta) {
    match delta {
        TextDelta::Append(text) => store.append_delta(turn, text),
        TextDelta::Replace(text) => store.replace_answer(turn, text),
    }
}

/// Stores the end of a turn. Returns the conversation as it is with its answer; `None` where there
/// was no answer to store.
///
/// # Errors
/// When the shared file could not be written; the failure tells where the answer is instead.
pub fn finish(
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
        Failure { next_step: store.unstored_answer_location().to_owned(), ..failure }
    })
}
