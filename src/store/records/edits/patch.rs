//! Applies a change to the text of one record: only the bytes that must change do.
//! Must not touch the members around it: those are laid out for the whole file at once.

use std::ops::Range;

use crate::chat::{Change, Conversation, ConversationId, Message, Role, Timestamp};

use crate::store::index::Index;
use crate::store::json::edit::ByteEdit;
use crate::store::json::{elements, encode_string};
use crate::store::records::edits::messages::{self, MessageEditError, MessageEditTarget};
use crate::store::records::edits::record::{self, NewMessageKeys};
use crate::store::records::read::{self, RecordRanges};

/// What a change does to the text of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PatchOutcome {
    /// The edits that make it true, in order.
    Edits(Vec<ByteEdit>),
    /// The change is already true.
    Unchanged,
    /// The conversation is not as it was when the change was decided.
    Conflict,
    /// The record leaves no place for the change; why.
    Damaged(String),
}

/// Applies a change of what a conversation holds to the text of its record. A change that makes or
/// removes the record is none of these and changes nothing.
#[must_use]
pub fn patch(text: &str, keys: NewMessageKeys, change: &Change) -> PatchOutcome {
    match change {
        Change::Append { message, .. } => {
            patch_members(text, |record| append_edits(text, keys, record, message))
        }
        Change::Rename { title, at, .. } => {
            patch_members(text, |record| rename_edits(record, title, *at))
        }
        Change::Insert { id, blocks } => {
            patch_messages(text, keys, id, |target| messages::insert(target, blocks))
        }
        Change::Withdraw { id, messages } => {
            patch_messages(text, keys, id, |target| messages::remove_messages(target, messages))
        }
        Change::ReplaceTail { id, keep, removed, messages, at } => {
            patch_messages(text, keys, id, |target| {
                messages::replace_from(target, *keep, removed, messages, *at)
            })
        }
        Change::Create { .. } | Change::Restore { .. } | Change::Delete { .. } => {
            PatchOutcome::Unchanged
        }
    }
}

/// Which keys a new message of a file carries.
#[must_use]
pub fn new_message_keys(index: &Index) -> NewMessageKeys {
    if index.has_only_four_keys() { NewMessageKeys::Four } else { NewMessageKeys::Eight }
}

/// Reads the record's messages and applies the edits made for them.
fn patch_messages(
    text: &str,
    keys: NewMessageKeys,
    id: &ConversationId,
    edits: impl FnOnce(&MessageEditTarget<'_>) -> Result<Vec<ByteEdit>, MessageEditError>,
) -> PatchOutcome {
    let record = match RecordRanges::at(text, 0..text.len()) {
        Ok(record) => record,
        Err(reason) => return PatchOutcome::Damaged(reason),
    };
    let before: Conversation = read::conversation(text, id, 0..text.len());
    match edits(&MessageEditTarget { text, record: &record, before: &before, keys }) {
        Ok(edits) if edits.is_empty() => PatchOutcome::Unchanged,
        Ok(edits) => sorted_edits(edits),
        Err(MessageEditError::Conflict) => PatchOutcome::Conflict,
        Err(MessageEditError::Damaged(reason)) => PatchOutcome::Damaged(reason),
    }
}

/// Finds the members of the record and applies the edits made for them.
fn patch_members(
    text: &str,
    edits: impl FnOnce(&RecordRanges) -> Result<Vec<ByteEdit>, String>,
) -> PatchOutcome {
    match RecordRanges::at(text, 0..text.len()).and_then(|record| edits(&record)) {
        Ok(edits) => sorted_edits(edits),
        Err(reason) => PatchOutcome::Damaged(reason),
    }
}

fn sorted_edits(mut edits: Vec<ByteEdit>) -> PatchOutcome {
    edits.sort_by_key(|edit| edit.range.start);
    PatchOutcome::Edits(edits)
}

fn append_edits(
    text: &str,
    keys: NewMessageKeys,
    found: &RecordRanges,
    message: &Message,
) -> Result<Vec<ByteEdit>, String> {
    let new = record::message_json(message, keys);
    let mut edits = vec![last_update_edit(found, message.timestamp)?];
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
    record::push_text_or_null(chain.map(crate::chat::ResponseId::as_str), &mut id);
    match (&found.last_response_id, chain) {
        (Some(range), Some(_)) => edits.push(ByteEdit { range: range.clone(), replacement: id }),
        (Some(_), None) => {}
        (None, _) => {
            missing.push_str(",\n    \"last_response_id\": ");
            missing.push_str(&id);
        }
    }
    if !missing.is_empty() {
        let end = found.end_of_members.unwrap_or(text.len());
        edits.push(ByteEdit { range: end..end, replacement: missing });
    }
    Ok(edits)
}

fn append_to_list(text: &str, list: Range<usize>, new: &str) -> Result<ByteEdit, String> {
    let all = elements(text, list.clone()).map_err(|_| "its messages are not a list".to_owned())?;
    Ok(match all.last() {
        Some(end) => ByteEdit { range: end.end..end.end, replacement: format!(",\n{new}") },
        None => ByteEdit { range: list, replacement: format!("[\n{new}\n    ]") },
    })
}

fn rename_edits(found: &RecordRanges, title: &str, at: Timestamp) -> Result<Vec<ByteEdit>, String> {
    let name = found.chat_name.clone().ok_or("it has no title")?;
    let mut with = String::new();
    encode_string(title, &mut with);
    Ok(vec![ByteEdit { range: name, replacement: with }, last_update_edit(found, at)?])
}

fn last_update_edit(found: &RecordRanges, at: Timestamp) -> Result<ByteEdit, String> {
    let range = found.last_update.clone().ok_or("it has no time of its last update")?;
    Ok(ByteEdit { range, replacement: at.seconds().to_string() })
}
