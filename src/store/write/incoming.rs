//! What has to change in the file so that it holds conversations from elsewhere as well.
//! May not take anything away from the file, or change the order of what is in it.

use crate::chat::{Change, Conversation, ResponseId, Seen, merge};

use super::super::doctor::record::new_trouble;
use super::super::incoming::{Adopted, Adoption, Incoming};
use super::super::index::{Index, after};
use super::super::read;
use super::edit::Edit;
use super::patch::{Patched, keys, patch};
use super::tidy;

/// What one conversation needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// What becomes of it.
    pub adopted: Adopted,
    /// The verb for it; none where nothing changes.
    pub change: Option<Change>,
    /// What the file showed before it.
    pub seen: Seen,
    /// Its edits of the file, where it is there already.
    pub edits: Vec<Edit>,
    /// The answer the conversation would be chained from, where it was given without knowing all
    /// that stands before it afterwards.
    pub diverged: Option<ResponseId>,
    /// How many values were put right on the way in.
    pub repaired: usize,
}

/// What a conversation needs that is not in the file.
#[must_use]
pub fn new(index: &Index, incoming: &Incoming, models: &[String]) -> Step {
    let it = &incoming.conversation;
    if let Some(reason) = tidy::refusal(it) {
        return step(it, &it.title, Adoption::Refused(format!("it is damaged: {reason}")), 0);
    }
    let keys = keys(index);
    let (member, repaired) = match &incoming.member {
        Some(stored) => tidy::member(stored, it, models, keys),
        None => (tidy::anew(it, keys), 0),
    };
    let (id, title) = (it.id.clone(), it.title.clone());
    let change = Change::Restore { id, title, member, before: None };
    let seen = Seen::of(&change, None);
    let step = step(it, &it.title, Adoption::Added, it.messages.len());
    Step { change: Some(change), seen, repaired, ..step }
}

/// What a conversation needs whose record in the file is `record`.
#[must_use]
pub fn known(index: &Index, record: &str, incoming: &Incoming) -> Step {
    let theirs = &incoming.conversation;
    let ours = read::conversation(record, &theirs.id, 0..record.len());
    let refused = |why: String| step(theirs, &ours.title, Adoption::Refused(why), 0);
    if let Some(reason) = tidy::refusal(theirs) {
        return refused(format!("it is damaged: {reason}"));
    }
    let blocks = merge::missing_blocks(&ours.messages, &theirs.messages);
    let many = blocks.iter().map(|block| block.messages.len()).sum();
    if many == 0 {
        return step(theirs, &ours.title, Adoption::Same, 0);
    }
    if let Some(reason) = tidy::refusal(&ours) {
        return refused(format!("the one in the file is damaged: {reason}"));
    }
    let mut merged = ours.clone();
    let places = merge::insert(&mut merged, &blocks);
    let diverged = merge::has_diverged(&merged, &blocks, &places);
    let change = Change::Insert { id: theirs.id.clone(), blocks };
    match patch(record, index, &change) {
        Patched::Edits(edits) => {
            let new = index.entry(&theirs.id).and_then(|it| after::changed(it, &edits, record));
            if let Some(why) = new_trouble(&theirs.id, record, &new.unwrap_or_default()) {
                return step(theirs, &ours.title, refused_by_web(&why), 0);
            }
            let seen = Seen::of(&change, Some(&ours));
            let diverged = merged.last_response_id.filter(|_| diverged);
            let step = step(theirs, &ours.title, Adoption::Grown, many);
            Step { change: Some(change), seen, edits, diverged, ..step }
        }
        Patched::Same => step(theirs, &ours.title, Adoption::Same, 0),
        Patched::Missing | Patched::Outdated => refused("it changed meanwhile".to_owned()),
        Patched::Damaged(reason) => refused(format!("the one in the file is damaged: {reason}")),
    }
}

/// All edits of all steps, in order: those inside records, then the new records at the end.
#[must_use]
pub fn edits(index: &Index, steps: &[Step]) -> Vec<Edit> {
    let mut edits: Vec<Edit> = steps.iter().flat_map(|step| step.edits.iter().cloned()).collect();
    edits.sort_by_key(|edit| edit.range.start);
    let new: Vec<&str> = steps
        .iter()
        .filter_map(|step| match &step.change {
            Some(Change::Restore { member, .. }) => Some(member.as_str()),
            Some(_) | None => None,
        })
        .collect();
    if new.is_empty() {
        return edits;
    }
    let all = new.join(",\n  ");
    edits.push(match index.entries.last() {
        Some(last) => {
            let end = last.member.end;
            Edit { range: end..end, with: format!(",\n  {all}") }
        }
        None => Edit { range: index.object.clone(), with: format!("{{\n  {all}\n}}") },
    });
    edits
}

/// Whether the new table of contents shows every step.
///
/// # Errors
/// With what is not as it was meant.
pub fn check(before: &Index, after: &Index, steps: &[Step]) -> Result<(), String> {
    let count = |index: &Index| -> std::collections::HashMap<_, _> {
        let rows = index.entries.iter();
        rows.map(|entry| {
            (entry.id.clone(), (entry.summary.message_count, entry.summary.title.clone()))
        })
        .collect()
    };
    let (before, after) = (count(before), count(after));
    for step in steps.iter().filter(|step| step.change.is_some()) {
        let there = before.get(&step.adopted.id).map_or(0, |(count, _)| *count);
        let wanted = there.saturating_add(step.adopted.messages);
        let found = after.get(&step.adopted.id).map(|(count, title)| (*count, title.as_str()));
        if found != Some((wanted, step.adopted.title.as_str())) {
            return Err("a conversation is not as it was meant".to_owned());
        }
    }
    for (id, (count, _)) in &before {
        if after.get(id).is_none_or(|(now, _)| now < count) {
            return Err("a conversation of the file would be less than it was".to_owned());
        }
    }
    Ok(())
}

fn refused_by_web(why: &str) -> Adoption {
    Adoption::Refused(format!("the web app would not take it ({why})"))
}

fn step(theirs: &Conversation, title: &str, adoption: Adoption, messages: usize) -> Step {
    let other_title = (theirs.title != title).then(|| theirs.title.clone());
    let (id, title) = (theirs.id.clone(), title.to_owned());
    let adopted = Adopted { id, title, other_title, adoption, messages };
    let (seen, edits) = (Seen::default(), Vec::new());
    Step { adopted, change: None, seen, edits, diverged: None, repaired: 0 }
}
