//! Messages put in or taken out anywhere in a conversation; the others keep their bytes.
//! Must not decide where: `chat::merge` and `chat::replace_from` do, for every holder of messages.

use std::ops::Range;

use crate::chat::replace_from::{self, ReplaceResult};
use crate::chat::{Conversation, Message, MessageBlock, Timestamp, merge};

use super::record_edits::RecordEdits;
use crate::store::file::error::StoreError;
use crate::store::index::keys::MESSAGES;
use crate::store::json::edit::ByteEdit;
use crate::store::json::elements;
use crate::store::records::edits::record::{self, NewMessageKeys};
use crate::store::records::read::{self, RecordRanges};

/// The record a change is about.
pub(super) struct MessageEditTarget<'a> {
    /// The text of the whole record, which the ranges are of.
    pub text: &'a str,
    /// The ranges of the record's members.
    pub record: &'a RecordRanges,
    /// Its content before the change.
    pub before: Conversation,
    /// Which keys new messages carry.
    pub keys: NewMessageKeys,
}

/// What changes in the list: positions that go, and messages that come before a position.
struct MessageListEdit {
    removed: Vec<usize>,
    inserted: Vec<(usize, Message)>,
}

/// Puts messages in where their times say.
pub(super) fn insert(
    target: &MessageEditTarget<'_>,
    blocks: &[MessageBlock],
) -> Result<Vec<ByteEdit>, StoreError> {
    let mut after = target.before.clone();
    let positions = merge::insert_blocks(&mut after, blocks);
    let mut inserted = Vec::new();
    for (count, position) in positions.into_iter().enumerate() {
        let message = after.messages.get(position).cloned();
        inserted.extend(message.map(|message| (position.saturating_sub(count), message)));
    }
    record_edits(target, &after, &MessageListEdit { removed: Vec::new(), inserted })
}

pub(super) fn remove_messages(
    target: &MessageEditTarget<'_>,
    messages: &[Message],
) -> Result<Vec<ByteEdit>, StoreError> {
    let mut after = target.before.clone();
    let removed = replace_from::positions_of(&after.messages, messages);
    replace_from::remove_messages(&mut after, messages);
    record_edits(target, &after, &MessageListEdit { removed, inserted: Vec::new() })
}

/// Replaces the messages from position `keep` on.
pub(super) fn replace_from(
    target: &MessageEditTarget<'_>,
    keep: usize,
    removed: &[Message],
    messages: &[Message],
    at: Timestamp,
) -> Result<Vec<ByteEdit>, StoreError> {
    let mut after = target.before.clone();
    if replace_from::replace_from(&mut after, keep, removed, messages, at)
        == ReplaceResult::Conflict
    {
        return Err(StoreError::Outdated);
    }
    let count = target.before.messages.len();
    let inserted = messages.iter().map(|message| (count, message.clone())).collect();
    record_edits(target, &after, &MessageListEdit { removed: (keep..count).collect(), inserted })
}

/// The edits that make a record's text say what `after` says.
fn record_edits(
    target: &MessageEditTarget<'_>,
    after: &Conversation,
    script: &MessageListEdit,
) -> Result<Vec<ByteEdit>, StoreError> {
    let MessageEditTarget { text, record, before, .. } = target;
    let mut edits = RecordEdits::of(text, record);
    match &record.messages {
        Some(list) => edits.edits.extend(list_edits(target, list, script)?),
        None if script.inserted.is_empty() => {}
        None => edits.add_member(MESSAGES, &new_list(script, target.keys)),
    }
    if after.last_update != before.last_update {
        edits.set_last_update(after.last_update)?;
    }
    if after.last_response_id != before.last_response_id {
        edits.set_last_response_id(after.last_response_id.as_ref());
    }
    Ok(edits.finish())
}

/// The edits inside the list of messages.
fn list_edits(
    target: &MessageEditTarget<'_>,
    list: &Range<usize>,
    script: &MessageListEdit,
) -> Result<Vec<ByteEdit>, StoreError> {
    let all = elements(target.text, list.clone())
        .map_err(|_| StoreError::Damaged("its messages are not a list".to_owned()))?;
    // Positions are counted over messages that can be read; one that cannot would shift them.
    if let Some(why) = all.iter().find_map(|at| read::message(target.text, at.clone()).err()) {
        return Err(StoreError::Damaged(why));
    }
    let remaining: Vec<usize> = (0..all.len()).filter(|at| !script.removed.contains(at)).collect();
    let Some(first) = remaining.first() else {
        return Ok(vec![ByteEdit {
            range: list.clone(),
            replacement: new_list(script, target.keys),
        }]);
    };
    let new = |from: usize, to: usize| {
        let between = move |(at, _): &&(usize, Message)| (from..=to).contains(at);
        script.inserted.iter().filter(between).map(|(_, it)| record::message_json(it, target.keys))
    };
    let mut edits = Vec::new();
    let (Some(start), Some(first_remaining)) = (all.first(), all.get(*first)) else {
        return Ok(edits);
    };
    let with = new(0, *first)
        .fold(String::new(), |with, message| with + message.trim_start() + ",\n      ");
    edits.push(ByteEdit { range: start.start..first_remaining.start, replacement: with });
    let ends = remaining.iter().skip(1).copied().chain([all.len()]);
    for (position, next) in remaining.iter().copied().zip(ends) {
        // The end of the gap after the last remaining one belongs to it as well.
        let with = new(position.saturating_add(1), next)
            .fold(String::new(), |with, message| with + ",\n" + &message);
        let removed = next.checked_sub(1).and_then(|at| all.get(at));
        if let (Some(here), Some(removed)) = (all.get(position), removed) {
            edits.push(ByteEdit { range: here.end..removed.end, replacement: with });
        }
    }
    edits.retain(|edit| !edit.range.is_empty() || !edit.replacement.is_empty());
    Ok(edits)
}

fn new_list(script: &MessageListEdit, keys: NewMessageKeys) -> String {
    record::message_list_json(script.inserted.iter().map(|(_, message)| message), keys)
}
