//! Applies a change to the text of one record: only the bytes that must change do.
//! Must not touch the members around it, because those are laid out for the whole file at once.

use crate::chat::{Change, ConversationId, Message, Role};

use crate::store::file::error::StoreError;
use crate::store::index::Index;
use crate::store::index::keys::MESSAGES;
use crate::store::json::edit::ByteEdit;
use crate::store::json::elements;
use crate::store::records::edits::messages::{self, MessageEditTarget};
use crate::store::records::edits::record::{self, NewMessageKeys};
use crate::store::records::edits::record_edits::RecordEdits;
use crate::store::records::read::{self, RecordRanges};

/// The edits, in order, that make a change true in the text of a record; none where it is true
/// already, or makes or removes the record as a whole.
pub(super) fn patch(
    text: &str,
    keys: NewMessageKeys,
    change: &Change,
) -> Result<Vec<ByteEdit>, StoreError> {
    let record = || RecordRanges::at(text, 0..text.len()).map_err(StoreError::Damaged);
    match change {
        Change::Append { message, .. } => append(text, keys, &record()?, message),
        Change::Rename { title, at, .. } => {
            let record = record()?;
            let mut edits = RecordEdits::of(text, &record);
            edits.set_title(title.stored())?;
            edits.set_last_update(*at)?;
            Ok(edits.finish())
        }
        Change::Insert { id, blocks } => {
            messages::insert(&target(text, keys, id, &record()?), blocks)
        }
        Change::RemoveMessages { id, messages } => {
            messages::remove_messages(&target(text, keys, id, &record()?), messages)
        }
        Change::ReplaceFrom { id, keep, removed, messages, at } => {
            let record = record()?;
            let target = target(text, keys, id, &record);
            messages::replace_from(&target, *keep, removed, messages, *at)
        }
        Change::Create { .. } | Change::Restore { .. } | Change::Delete { .. } => Ok(Vec::new()),
    }
}

/// Which keys a new message of a file carries.
pub(crate) fn new_message_keys(index: &Index) -> NewMessageKeys {
    if index.has_only_four_keys() { NewMessageKeys::Four } else { NewMessageKeys::Eight }
}

fn target<'a>(
    text: &'a str,
    keys: NewMessageKeys,
    id: &ConversationId,
    record: &'a RecordRanges,
) -> MessageEditTarget<'a> {
    let before = read::conversation(text, id, 0..text.len());
    MessageEditTarget { text, record, before, keys }
}

/// Unlike the other changes of messages, this one takes a list in which some cannot be read.
fn append(
    text: &str,
    keys: NewMessageKeys,
    record: &RecordRanges,
    message: &Message,
) -> Result<Vec<ByteEdit>, StoreError> {
    let mut edits = RecordEdits::of(text, record);
    edits.set_last_update(message.timestamp)?;
    let new_list = record::message_list_json([message], keys);
    if let Some(list) = &record.messages {
        let all = elements(text, list.clone())
            .map_err(|_| StoreError::Damaged("its messages are not a list".to_owned()))?;
        edits.edits.push(match all.last() {
            Some(last) => ByteEdit {
                range: last.end..last.end,
                replacement: format!(",\n{}", record::message_json(message, keys)),
            },
            None => ByteEdit { range: list.clone(), replacement: new_list },
        });
    } else {
        edits.add_member(MESSAGES, &new_list);
    }
    let chain = message.response_id.as_ref().filter(|_| message.role == Role::Assistant);
    if chain.is_some() || record.last_response_id.is_none() {
        edits.set_last_response_id(chain);
    }
    Ok(edits.finish())
}
