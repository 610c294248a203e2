//! Converts a loaded conversation to the one on screen. Must not replace messages that did not
//! change: layouts are cached by their pointers.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use crate::chat::{AnswerRecord, Message, Role, Timestamp, UsageTotals};

use crate::app::{LoadedConversation, OpenConversation};

/// The conversation as it is shown. Why its question has no answer is not stored and stays unknown.
#[must_use]
pub(crate) fn open_loaded(loaded: LoadedConversation) -> OpenConversation {
    let LoadedConversation {
        conversation,
        interruptions: marks,
        records,
        branches,
        forks,
        calculations,
    } = loaded;
    let spending = UsageTotals::of(&records);
    let records = by_position(&conversation.messages, records);
    OpenConversation {
        id: conversation.id,
        title: conversation.title.text().to_owned(),
        earlier: conversation.earlier,
        wanted: 0,
        requested: 0,
        messages: conversation.messages.into_iter().map(Arc::new).collect(),
        readability: conversation.readability,
        interruptions: marks,
        failure: None,
        spending,
        branches,
        forks,
        records,
        calculations,
    }
}

/// The records of answers, by the positions of these.
fn by_position(messages: &[Message], records: Vec<AnswerRecord>) -> HashMap<usize, AnswerRecord> {
    let key = |at: Timestamp, bytes: usize| (at.seconds(), bytes);
    let mut known: HashMap<_, _> =
        records.into_iter().map(|it| (key(it.timestamp, it.text_bytes), it)).collect();
    let answers =
        messages.iter().enumerate().filter(|(_, message)| message.role == Role::Assistant);
    answers
        .filter_map(|(index, message)| {
            Some((index, known.remove(&key(message.timestamp, message.text.len()))?))
        })
        .collect()
}

/// Keeps the pointers of messages that did not change, so that their layouts stay cached.
pub(crate) fn reuse_messages(messages: &mut [Arc<Message>], previous: &[Arc<Message>]) {
    let mut previous: VecDeque<_> = previous.iter().cloned().collect();
    for message in messages {
        // A merge only inserts: looking ahead finds moved messages and skips removed ones.
        if let Some(index) = previous.iter().take(64).position(|old| **old == **message) {
            previous.drain(..index);
            if let Some(old) = previous.pop_front() {
                *message = old;
            }
        }
    }
}
