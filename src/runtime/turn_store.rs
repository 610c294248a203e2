//! Stores what a turn produces, the same way for the window and for every command.

use std::time::Duration;

use crate::chat::answer::message_and_record;
use crate::chat::{
    AnswerOptions, AnswerRecord, BackgroundAnswer, CapabilityUpdate, Conversation, ConversationId,
    Failure, Message, ReplyEnding, ResponseId, TextDelta, TurnId,
};
use crate::settings::Settings;
use crate::store::{CapabilitiesFile, Store};

use super::clock;

/// How long journaled text may wait before it is synced to the disk.
pub(crate) const SYNC_EVERY: Duration = Duration::from_secs(1);

/// Journals new text of an answer; it reaches the disk with the next `flush`.
pub(crate) fn journal(store: &mut Store, turn: &TurnId, delta: &TextDelta) {
    match delta {
        TextDelta::Append(text) => store.append_delta(turn, text),
        TextDelta::Replace(text) => store.replace_answer(turn, text),
    }
}

/// Notes that an answer goes on at its server, so that a later run can collect it.
pub(crate) fn record_background(
    store: &mut Store,
    settings: &Settings,
    (turn, conversation): (TurnId, ConversationId),
    response_id: ResponseId,
    options: AnswerOptions,
) {
    let server = options.server.as_ref().map(|server| server.name.as_str());
    let base_url = settings.for_server(server).base_url.to_string();
    let answer = BackgroundAnswer::of(turn, conversation, response_id, base_url);
    store.record_background_answer(answer.with_options(options, clock::now()));
}

/// Remembers what was learned about the server in use of these settings; a failure is only logged.
pub(crate) fn record_capability(settings: &Settings, update: &CapabilityUpdate) {
    let file = CapabilitiesFile::of(&settings.paths.state, &settings.base_url);
    if let Err(error) = file.add(update, clock::now()) {
        tracing::warn!(%error, "a capability of the server could not be stored");
    }
}

/// The answer of an ending as it is stored, with its record; `None` where there is no text.
pub(crate) fn stored_answer(
    settings: &Settings,
    ending: &ReplyEnding,
) -> Option<(Message, AnswerRecord)> {
    let server = ending.server.as_ref().map(|server| server.name.as_str());
    message_and_record(ending, clock::now(), settings.for_server(server).web_chain())
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
        if error.is_answer_waiting() && !store.has_unstored_answers() {
            return failure;
        }
        Failure { advice: store.unstored_copy().advice().into(), ..failure }
    })
}
