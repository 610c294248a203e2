//! Puts what a change removes from the file into the trash, before it is removed.
//!
//! `commit` asks here for every change, so neither reapplying nor undoing can forget it.

use crate::chat::{
    Change, Conversation, ConversationId, Fingerprint, Message, MessageBlock, Readability, Title,
    merge, replace_from,
};

use crate::store::engine::Store;
use crate::store::engine::open_version::OpenVersion;
use crate::store::file::error::{StoreError, VersionError};
use crate::store::index::IndexEntry;
use crate::store::records::read;
use crate::store::state::{Actor, Branches, NewTrashEntry, Removed, TrashEntry, TrashNumber};

/// How many neighbours on each side are stored to find the position of a conversation again.
const MAX_NEIGHBOURS: usize = 50;

impl Store {
    /// Keeps the branch and the trash entries of what a change removes from this version, and adds the
    /// entries to `trashed` one by one. `record` is the text of its conversation.
    pub(super) fn preserve_removed(
        &self,
        version: &OpenVersion,
        record: &str,
        change: &Change,
        actor: Actor,
        trashed: &mut Vec<NewTrashEntry>,
    ) -> Result<(), VersionError> {
        self.save_branch(change, record)?;
        let all_removed = match change {
            Change::Delete { id } => self.removed_records(version, id)?,
            // A title that this program gives by itself replaces its own.
            Change::Rename { id, title, .. } if actor == Actor::User => {
                self.replaced_title(id, title, record).into_iter().collect()
            }
            // Switching to another branch removes only messages that are stored as a branch.
            Change::ReplaceFrom { id, messages, .. } if self.has_branch(id, messages) => Vec::new(),
            change => self.removed_messages(change, record),
        };
        for removed in all_removed {
            if actor == Actor::User || !self.is_in_trash(&removed) {
                let deleted = removed.deleted_conversation().cloned();
                trashed.push(NewTrashEntry { number: self.put_in_trash(removed, actor)?, deleted });
            }
        }
        Ok(())
    }

    /// The title that a renaming replaces; `None` where there is none or it is the same.
    fn replaced_title(&self, id: &ConversationId, given: &Title, record: &str) -> Option<Removed> {
        let stored = parse_record(record, id).title;
        let before = self.titles_before.title_of(id, stored.stored());
        let is_another = !before.text().is_empty() && before != *given;
        let (id, given) = (id.clone(), given.clone());
        is_another.then_some(Removed::Renamed { id, before, given })
    }

    /// Whether a branch of the conversation begins with the first of these messages.
    fn has_branch(&self, id: &ConversationId, messages: &[Message]) -> bool {
        let Some(first) = messages.first() else { return false };
        let branches = Branches::of(&self.paths).read(id);
        branches.iter().any(|it| it.messages.first().is_some_and(|other| other.is_same(first)))
    }

    /// How many messages are before those that were replaced, where that is known: others may have been
    /// inserted since.
    pub(super) fn branch_position(
        &self,
        current: &Conversation,
        replaced: &[Message],
    ) -> Option<usize> {
        let first = replaced.first()?;
        let branches = Branches::of(&self.paths).read(&current.id);
        let mut same = branches
            .iter()
            .filter(|it| it.messages.first().is_some_and(|other| other.is_same(first)));
        let predecessor = same.find_map(|it| it.predecessor.as_ref())?;
        let is_it = |message: &Message| Fingerprint::of(message) == *predecessor;
        current.messages.iter().rposition(is_it).map(|at| at.saturating_add(1))
    }

    /// Saves the replaced messages as a branch of their conversation.
    fn save_branch(&self, change: &Change, record: &str) -> Result<(), StoreError> {
        let Change::ReplaceFrom { id, keep, removed, .. } = change else { return Ok(()) };
        if removed.is_empty() {
            return Ok(());
        }
        let saved = Branches::of(&self.paths).save(id, &parse_record(record, id).messages, *keep);
        saved.map_err(|error| {
            StoreError::io("written", &self.paths.state_folder().join("branches"), error)
        })
    }

    /// Every record of a key: the last is the one that counts, and is restored first.
    fn removed_records(
        &self,
        version: &OpenVersion,
        id: &ConversationId,
    ) -> Result<Vec<Removed>, VersionError> {
        let entries = version.entries();
        let mut removed = Vec::new();
        for (position, entry) in entries.iter().enumerate().filter(|(_, entry)| *entry.id() == *id)
        {
            removed.push(Removed::Deleted {
                id: id.clone(),
                title: self.title_in_sentence(id, entry.summary.title.stored()),
                member: version.record_member(entry)?,
                predecessors: neighbour_ids(entries.iter().take(position).rev()),
                before: neighbour_ids(entries.iter().skip(position.saturating_add(1))),
            });
        }
        Ok(removed)
    }

    pub(super) fn put_in_trash(
        &self,
        what: Removed,
        actor: Actor,
    ) -> Result<TrashNumber, StoreError> {
        let number = self.trash.put(self.reserve_trash_number(), &self.trash_entry(what, actor));
        number.map_err(|error| self.trash_error(error))
    }

    /// A number that no entry of the trash has had: `duologue undo` may have shown it.
    pub(super) fn reserve_trash_number(&self) -> u64 {
        self.reserve_sequence(1).start
    }

    pub(super) fn trash_entry(&self, what: Removed, by: Actor) -> TrashEntry {
        TrashEntry { at: self.now(), what, by, is_passed_over: false }
    }

    /// The messages a change removes from a conversation, with what undoing that needs.
    fn removed_messages(&self, change: &Change, record: &str) -> Vec<Removed> {
        match change {
            Change::ReplaceFrom { id, keep, removed, messages, .. } if !removed.is_empty() => {
                let title = parse_record(record, id).title;
                let title = self.title_in_sentence(id, title.stored());
                let (id, removed, messages) = (id.clone(), removed.clone(), messages.clone());
                vec![Removed::Edited { id, title, keep: *keep, removed, messages }]
            }
            Change::RemoveMessages { id, messages } => {
                let before = parse_record(record, id);
                let mut after = before.clone();
                replace_from::remove_messages(&mut after, messages);
                let blocks = merge::missing_blocks(&after.messages, &before.messages);
                let any = !blocks.is_empty();
                let title = self.title_in_sentence(id, before.title.stored());
                let id = id.clone();
                any.then_some(Removed::MessagesRemoved { id, title, blocks }).into_iter().collect()
            }
            Change::Create { .. }
            | Change::Append { .. }
            | Change::Rename { .. }
            | Change::Delete { .. }
            | Change::Restore { .. }
            | Change::Insert { .. }
            | Change::ReplaceFrom { .. } => Vec::new(),
        }
    }

    /// Whether the trash has all of it already, or there is nothing in it.
    fn is_in_trash(&self, what: &Removed) -> bool {
        entry_messages(what).is_some_and(|(id, messages)| self.has_in_trash(id, &messages))
    }

    /// Whether the trash has all of these messages of a conversation.
    pub(super) fn has_in_trash(&self, id: &ConversationId, messages: &[Message]) -> bool {
        messages.is_empty()
            || self.trash.entries().iter().any(|(_, entry)| {
                entry_messages(&entry.what).is_some_and(|(other, held)| {
                    other == id && merge::missing_blocks(&held, messages).is_empty()
                })
            })
    }
}

impl OpenVersion {
    /// The change that restores a conversation as it is in a version.
    pub(super) fn restoring_change(
        &self,
        id: &ConversationId,
    ) -> Result<Option<Change>, VersionError> {
        let mut following = self
            .entries()
            .iter()
            .rev()
            .scan(None, |next, entry| Some((entry, next.replace(entry))));
        let Some((entry, next)) = following.find(|(entry, _)| *entry.id() == *id) else {
            return Ok(None);
        };
        let member = self.record_member(entry)?;
        let (id, title) = (id.clone(), entry.summary.title.stored().to_owned());
        let before = next.map(|next| next.id().clone());
        Ok(Some(Change::Restore { id, title, member, before }))
    }
}

/// How many messages some blocks have.
pub(super) fn message_count(blocks: &[MessageBlock]) -> usize {
    blocks.iter().map(|block| block.messages.len()).sum()
}

/// The messages of a conversation that an entry of the trash holds; `None` where it holds them only
/// in part.
fn entry_messages(what: &Removed) -> Option<(&ConversationId, Vec<Message>)> {
    match what {
        Removed::Deleted { id, member, .. } => {
            let chat = parse_member(member)?;
            matches!(chat.readability, Readability::Whole).then_some((id, chat.messages))
        }
        Removed::Edited { id, removed, .. } => Some((id, removed.clone())),
        Removed::MessagesRemoved { id, blocks, .. } => {
            Some((id, blocks.iter().flat_map(|block| block.messages.clone()).collect()))
        }
        Removed::Renamed { .. } | Removed::Reapplied { .. } | Removed::Overwritten { .. } => None,
    }
}

/// The conversation in a member of the file, key and value.
pub(super) fn parse_member(member: &str) -> Option<Conversation> {
    let entry = IndexEntry::of_member(member)?;
    Some(read::conversation(member, entry.id(), entry.value.clone()))
}

fn parse_record(record: &str, id: &ConversationId) -> Conversation {
    read::conversation(record, id, 0..record.len())
}

/// Several neighbours, because some of them may be deleted as well.
fn neighbour_ids<'a>(entries: impl Iterator<Item = &'a IndexEntry>) -> Vec<ConversationId> {
    entries.take(MAX_NEIGHBOURS).map(|entry| entry.id().clone()).collect()
}
