//! What a verb takes out of the file goes to the trash, in the same step.
//! May not change the file.
//!
//! Nothing is taken out without an entry that holds it: the one place where the file is written
//! asks here first, so neither healing nor undoing can forget it.

use crate::chat::{
    Change, Conversation, ConversationId, Message, MessageBlock, Readability, merge, replace_from,
};

use crate::store::engine::commit::PlanError;
use crate::store::engine::{OpenVersion, Store};
use crate::store::file::error::StoreError;
use crate::store::index::{Index, IndexEntry};
use crate::store::records::read;
use crate::store::state::{Actor, Branches, Removed, TrashEntry, TrashNumber};

/// How many neighbours on either side tell where a conversation stood.
const MAX_NEIGHBOURS: usize = 50;

impl Store {
    /// Puts what a change takes away from this version into the trash, and notes the entries in
    /// `thrown` one by one. `record` is the text of its conversation.
    pub(super) fn trash_removed(
        &self,
        known: &OpenVersion,
        record: &str,
        change: &Change,
        by: Actor,
        thrown: &mut Vec<TrashNumber>,
    ) -> Result<(), StoreError> {
        let entry = match change {
            Change::Delete { id } => return self.trash_records(known, id, by, thrown),
            Change::ReplaceTail { id, keep, removed, messages, .. } if !removed.is_empty() => {
                // Going over to another line that is kept anyway takes nothing away.
                let branches = Branches::of(&self.paths).read(id);
                let known = branches.iter().any(|branch| {
                    branch.messages.first().zip(messages.first()).is_some_and(|(a, b)| a.is_same(b))
                });
                (!known).then(|| Removed::Edited {
                    id: id.clone(),
                    title: parse_record(record, id).title,
                    keep: *keep,
                    removed: removed.clone(),
                    messages: messages.clone(),
                })
            }
            Change::Withdraw { id, messages } => {
                let before = parse_record(record, id);
                let mut after = before.clone();
                replace_from::remove_messages(&mut after, messages);
                let blocks = merge::missing_blocks(&after.messages, &before.messages);
                let title = before.title;
                (!blocks.is_empty()).then(|| Removed::TakenOut { id: id.clone(), title, blocks })
            }
            Change::Create { .. }
            | Change::Append { .. }
            | Change::Rename { .. }
            | Change::Restore { .. }
            | Change::Insert { .. }
            | Change::ReplaceTail { .. } => None,
        };
        match entry {
            Some(what) if by == Actor::User || !self.is_in_trash(&what) => {
                thrown.push(self.put_in_trash(what, by)?);
            }
            Some(_) | None => {}
        }
        Ok(())
    }

    /// Every record of that key: the last is the one that counts, and comes back first.
    fn trash_records(
        &self,
        known: &OpenVersion,
        id: &ConversationId,
        by: Actor,
        thrown: &mut Vec<TrashNumber>,
    ) -> Result<(), StoreError> {
        let entries = &known.index.unpacked().entries;
        for (place, entry) in entries.iter().enumerate().filter(|(_, entry)| entry.id == *id) {
            let Some(member) = self.record_member(known, entry)? else {
                return Err(StoreError::Contended(self.paths.chats_file()));
            };
            let what = Removed::Deleted {
                id: id.clone(),
                title: entry.summary.title.clone(),
                member,
                behind: neighbour_ids(&mut entries.iter().take(place).rev()),
                before: neighbour_ids(&mut entries.iter().skip(place.saturating_add(1))),
            };
            if by == Actor::User || !self.is_in_trash(&what) {
                thrown.push(self.put_in_trash(what, by)?);
            }
        }
        Ok(())
    }

    pub(super) fn put_in_trash(&self, what: Removed, by: Actor) -> Result<TrashNumber, StoreError> {
        let put = self.trash.put(&self.trash_entry(what, by));
        put.map_err(|error| StoreError::io("written", self.trash.folder(), error))
    }

    pub(super) fn trash_entry(&self, what: Removed, by: Actor) -> TrashEntry {
        TrashEntry { at: self.now(), what, by }
    }

    /// The change that would bring a conversation back as it stands in a version.
    pub(super) fn restoring_change(
        &self,
        known: &OpenVersion,
        id: &ConversationId,
    ) -> Result<Option<Change>, PlanError> {
        let entries = &known.index.unpacked().entries;
        let Some(place) = entries.iter().rposition(|entry| entry.id == *id) else {
            return Ok(None);
        };
        let Some(entry) = entries.get(place) else { return Ok(None) };
        let Some(member) = self.record_member(known, entry)? else {
            return Err(PlanError::StaleIndex);
        };
        let (id, title) = (id.clone(), entry.summary.title.clone());
        let before = entries.get(place.saturating_add(1)).map(|entry| entry.id.clone());
        Ok(Some(Change::Restore { id, title, member, before }))
    }

    /// Whether the trash has all of it already, or there is nothing in it.
    fn is_in_trash(&self, what: &Removed) -> bool {
        let Some((id, messages)) = entry_messages(what) else { return false };
        messages.is_empty()
            || self.trash.entries().iter().any(|(_, thrown)| {
                entry_messages(&thrown.what).is_some_and(|(other, held)| {
                    other == id && merge::missing_blocks(&held, &messages).is_empty()
                })
            })
    }
}

/// The messages an entry of the trash holds of a conversation; `None` where that is not all of it.
fn entry_messages(what: &Removed) -> Option<(&ConversationId, Vec<Message>)> {
    match what {
        Removed::Deleted { id, member, .. } => {
            let chat = parse_member(member)?;
            matches!(chat.readability, Readability::Whole).then_some((id, chat.messages))
        }
        Removed::Edited { id, removed, .. } => Some((id, removed.clone())),
        Removed::TakenOut { id, blocks, .. } => {
            let messages = |block: &MessageBlock| block.messages.clone();
            Some((id, blocks.iter().flat_map(messages).collect()))
        }
        Removed::Healed { .. } | Removed::Overwritten { .. } => None,
    }
}

/// The conversation in a member of the file, key and value.
pub(super) fn parse_member(member: &str) -> Option<Conversation> {
    let text = format!("{{{member}}}");
    let index = Index::of(&text).ok()?;
    let entry = index.entries.last()?;
    Some(read::conversation(&text, &entry.id, entry.value.clone()))
}

fn parse_record(record: &str, id: &ConversationId) -> Conversation {
    read::conversation(record, id, 0..record.len())
}

/// A few neighbours: some of them may be deleted as well.
fn neighbour_ids(entries: &mut dyn Iterator<Item = &IndexEntry>) -> Vec<ConversationId> {
    entries.take(MAX_NEIGHBOURS).map(|entry| entry.id.clone()).collect()
}
