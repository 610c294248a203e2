//! Messages put in or taken out anywhere in a conversation; the others keep their bytes.
//! Must not decide where: `chat::merge` and `chat::tail` do.

use std::ops::Range;

use crate::chat::tail::{self, Fits};
use crate::chat::{Block, Conversation, Message, Timestamp, merge};

use crate::store::json::edit::Edit;
use crate::store::json::elements;
use crate::store::records::edits::record::{self, Keys};
use crate::store::records::read::{self, Record};

/// The record a verb is about.
pub(super) struct Target<'a> {
    /// The record's text.
    pub text: &'a str,
    /// Where the record's members stand.
    pub record: &'a Record,
    /// Its content.
    pub before: &'a Conversation,
    /// Which keys new messages carry.
    pub keys: Keys,
}

/// Why there are no edits.
pub(super) enum Refusal {
    /// The conversation is not as it was when the change was decided.
    Outdated,
    /// The record leaves no place for the change; why.
    Damaged(String),
}

/// What changes in the list: positions that go, and messages that come before a position.
struct Script {
    removed: Vec<usize>,
    inserted: Vec<(usize, Message)>,
}

/// Messages go where their times say.
pub(super) fn insert(target: &Target<'_>, blocks: &[Block]) -> Result<Vec<Edit>, Refusal> {
    let mut after = target.before.clone();
    let taken = merge::insert(&mut after, blocks);
    let mut inserted = Vec::new();
    for (count, place) in taken.into_iter().enumerate() {
        let message = after.messages.get(place).cloned();
        inserted.extend(message.map(|message| (place.saturating_sub(count), message)));
    }
    edits(target, &after, &Script { removed: Vec::new(), inserted })
}

/// Messages are taken out.
pub(super) fn withdraw(target: &Target<'_>, messages: &[Message]) -> Result<Vec<Edit>, Refusal> {
    let mut after = target.before.clone();
    let removed = tail::places(&after.messages, messages);
    tail::withdraw(&mut after, messages);
    edits(target, &after, &Script { removed, inserted: Vec::new() })
}

/// The end of the conversation gives way to other messages.
pub(super) fn replace_tail(
    target: &Target<'_>,
    keep: usize,
    removed: &[Message],
    messages: &[Message],
    at: Timestamp,
) -> Result<Vec<Edit>, Refusal> {
    let mut after = target.before.clone();
    if tail::replace(&mut after, keep, removed, messages, at) == Fits::No {
        return Err(Refusal::Outdated);
    }
    let many = target.before.messages.len();
    let inserted = messages.iter().map(|message| (many, message.clone())).collect();
    edits(target, &after, &Script { removed: (keep..many).collect(), inserted })
}

/// The edits that make a record's text say what `after` says.
fn edits(target: &Target<'_>, after: &Conversation, script: &Script) -> Result<Vec<Edit>, Refusal> {
    let Target { text, record, before, .. } = target;
    let mut edits = Vec::new();
    let mut missing = String::new();
    match &record.messages {
        Some(list) => edits.extend(in_list(target, list, script)?),
        None if script.inserted.is_empty() => {}
        None => {
            missing.push_str(",\n    \"messages\": ");
            missing.push_str(&whole_list(&script.inserted, target.keys));
        }
    }
    if after.last_update != before.last_update {
        let range = record.last_update.clone();
        let range =
            range.ok_or_else(|| Refusal::Damaged("it has no time of its last update".into()))?;
        edits.push(Edit { range, with: after.last_update.seconds().to_string() });
    }
    if after.last_response_id != before.last_response_id {
        let mut with = String::new();
        let id = after.last_response_id.as_ref().map(crate::chat::ResponseId::as_str);
        record::push_text(id, &mut with);
        if let Some(range) = &record.last_response_id {
            edits.push(Edit { range: range.clone(), with });
        } else {
            missing.push_str(",\n    \"last_response_id\": ");
            missing.push_str(&with);
        }
    }
    if !missing.is_empty() {
        let end = record.end_of_members.unwrap_or(text.len());
        edits.push(Edit { range: end..end, with: missing });
    }
    Ok(edits)
}

/// The edits inside the list of messages.
fn in_list(
    target: &Target<'_>,
    list: &Range<usize>,
    script: &Script,
) -> Result<Vec<Edit>, Refusal> {
    let damaged = |why: &str| Refusal::Damaged(why.to_owned());
    let all =
        elements(target.text, list.clone()).map_err(|_| damaged("its messages are not a list"))?;
    // Positions are counted over messages that can be read; one that cannot would shift them.
    if let Some(why) = all.iter().find_map(|at| read::message(target.text, at.clone()).err()) {
        return Err(Refusal::Damaged(why));
    }
    let kept: Vec<usize> = (0..all.len()).filter(|at| !script.removed.contains(at)).collect();
    let Some(first) = kept.first() else {
        return Ok(vec![Edit {
            range: list.clone(),
            with: whole_list(&script.inserted, target.keys),
        }]);
    };
    let new = |from: usize, to: usize| {
        let between = move |(at, _): &&(usize, Message)| (from..=to).contains(at);
        script.inserted.iter().filter(between).map(|(_, it)| record::message(it, target.keys))
    };
    let mut edits = Vec::new();
    let (Some(start), Some(first_kept)) = (all.first(), all.get(*first)) else {
        return Ok(edits);
    };
    let with = new(0, *first)
        .fold(String::new(), |with, message| with + message.trim_start() + ",\n      ");
    edits.push(Edit { range: start.start..first_kept.start, with });
    let ends = kept.iter().skip(1).copied().chain([all.len()]);
    for (place, next) in kept.iter().copied().zip(ends) {
        // Of the gap behind the last kept one, what comes at the very end belongs to it as well.
        let with = new(place.saturating_add(1), next)
            .fold(String::new(), |with, message| with + ",\n" + &message);
        let gone = next.checked_sub(1).and_then(|at| all.get(at));
        if let (Some(here), Some(gone)) = (all.get(place), gone) {
            edits.push(Edit { range: here.end..gone.end, with });
        }
    }
    edits.retain(|edit| !edit.range.is_empty() || !edit.with.is_empty());
    Ok(edits)
}

fn whole_list(inserted: &[(usize, Message)], keys: Keys) -> String {
    if inserted.is_empty() {
        return "[]".to_owned();
    }
    let all: Vec<String> = inserted.iter().map(|(_, it)| record::message(it, keys)).collect();
    format!("[\n{}\n    ]", all.join(",\n"))
}
