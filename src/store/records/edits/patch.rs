//! Applies a change to the text of one record: only the bytes that must change do.
//! Must not touch the members around it: those are laid out for the whole file at once.

use std::ops::Range;

use crate::chat::{Change, Conversation, ConversationId, Message, Role, Timestamp};

use crate::store::index::Index;
use crate::store::json::edit::Edit;
use crate::store::json::{elements, encode_string};
use crate::store::records::edits::messages::{self, Refusal, Target};
use crate::store::records::edits::record::{self, Keys};
use crate::store::records::read::{self, Record};

/// What a change does to the text of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Patched {
    /// The edits that make it true, in order.
    Edits(Vec<Edit>),
    /// The change is already true.
    Same,
    /// The conversation is not as it was when the change was decided.
    Outdated,
    /// The record leaves no place for the change; why.
    Damaged(String),
}

/// Applies a change of what a conversation holds to the text of its record. A change that makes or
/// removes the record is none of these and changes nothing.
#[must_use]
pub fn patch(text: &str, keys: Keys, change: &Change) -> Patched {
    match change {
        Change::Append { message, .. } => {
            on_record(text, |record| append(text, keys, record, message))
        }
        Change::Rename { title, at, .. } => on_record(text, |record| rename(record, title, *at)),
        Change::Insert { id, blocks } => {
            on_messages(text, keys, id, |target| messages::insert(target, blocks))
        }
        Change::Withdraw { id, messages } => {
            on_messages(text, keys, id, |target| messages::withdraw(target, messages))
        }
        Change::ReplaceTail { id, keep, removed, messages, at } => {
            on_messages(text, keys, id, |target| {
                messages::replace_tail(target, *keep, removed, messages, *at)
            })
        }
        Change::Create { .. } | Change::Restore { .. } | Change::Delete { .. } => Patched::Same,
    }
}

/// Which keys a new message of a file carries.
#[must_use]
pub fn keys(index: &Index) -> Keys {
    if index.has_only_four_keys() { Keys::Four } else { Keys::Eight }
}

/// Reads the record's messages and applies the edits made for them.
fn on_messages(
    text: &str,
    keys: Keys,
    id: &ConversationId,
    edits: impl FnOnce(&Target<'_>) -> Result<Vec<Edit>, Refusal>,
) -> Patched {
    let record = match Record::at(text, 0..text.len()) {
        Ok(record) => record,
        Err(reason) => return Patched::Damaged(reason),
    };
    let before: Conversation = read::conversation(text, id, 0..text.len());
    match edits(&Target { text, record: &record, before: &before, keys }) {
        Ok(edits) if edits.is_empty() => Patched::Same,
        Ok(edits) => in_order(edits),
        Err(Refusal::Outdated) => Patched::Outdated,
        Err(Refusal::Damaged(reason)) => Patched::Damaged(reason),
    }
}

/// Finds the members of the record and applies the edits made for them.
fn on_record(text: &str, edits: impl FnOnce(&Record) -> Result<Vec<Edit>, String>) -> Patched {
    match Record::at(text, 0..text.len()).and_then(|record| edits(&record)) {
        Ok(edits) => in_order(edits),
        Err(reason) => Patched::Damaged(reason),
    }
}

fn in_order(mut edits: Vec<Edit>) -> Patched {
    edits.sort_by_key(|edit| edit.range.start);
    Patched::Edits(edits)
}

fn append(text: &str, keys: Keys, found: &Record, message: &Message) -> Result<Vec<Edit>, String> {
    let new = record::message(message, keys);
    let mut edits = vec![update_time(found, message.timestamp)?];
    let chain = message.response_id.as_ref().filter(|_| message.role == Role::Assistant);
    let mut missing = String::new();
    if let Some(list) = &found.messages {
        edits.push(append_to_list(text, list.clone(), &new)?);
    } else {
        missing.push_str(",\n    \"messages\": [\n");
        missing.push_str(&new);
        missing.push_str("\n    ]");
    }
    let mut id = String::new();
    record::push_text(chain.map(crate::chat::ResponseId::as_str), &mut id);
    match (&found.last_response_id, chain) {
        (Some(range), Some(_)) => edits.push(Edit { range: range.clone(), with: id }),
        (Some(_), None) => {}
        (None, _) => {
            missing.push_str(",\n    \"last_response_id\": ");
            missing.push_str(&id);
        }
    }
    if !missing.is_empty() {
        let end = found.end_of_members.unwrap_or(text.len());
        edits.push(Edit { range: end..end, with: missing });
    }
    Ok(edits)
}

fn append_to_list(text: &str, list: Range<usize>, new: &str) -> Result<Edit, String> {
    let all = elements(text, list.clone()).map_err(|_| "its messages are not a list".to_owned())?;
    Ok(match all.last() {
        Some(end) => Edit { range: end.end..end.end, with: format!(",\n{new}") },
        None => Edit { range: list, with: format!("[\n{new}\n    ]") },
    })
}

fn rename(found: &Record, title: &str, at: Timestamp) -> Result<Vec<Edit>, String> {
    let name = found.chat_name.clone().ok_or("it has no title")?;
    let mut with = String::new();
    encode_string(title, &mut with);
    Ok(vec![Edit { range: name, with }, update_time(found, at)?])
}

fn update_time(found: &Record, at: Timestamp) -> Result<Edit, String> {
    let range = found.last_update.clone().ok_or("it has no time of its last update")?;
    Ok(Edit { range, with: at.seconds().to_string() })
}
