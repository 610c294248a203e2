//! Removals that a process had written down when it died, before what they remove was in the trash: what an
//! edit replaces is put there now, every other removal is given up. Otherwise a stale save would be taken for
//! the removal.

use crate::chat::fingerprint::count_by_fingerprint;
use crate::chat::{Change, ConversationId, LoggedChange, Message};

use crate::store::engine::Store;
use crate::store::engine::trash::parse_member;
use crate::store::state::{Actor, JournalEntry, Removed};

impl Store {
    /// Looks after the removals in the journals that were just taken over. The lock is held.
    pub(super) fn preserve_interrupted_removals(&mut self) {
        let entries = self.journal.state().entries.iter();
        let begun: Vec<LoggedChange> = entries
            .filter(|entry| JournalEntry::is_unapplied(entry))
            .map(|entry| entry.logged.clone())
            .collect();
        let mut given_up = Vec::new();
        for logged in begun {
            let is_given_up = match &logged.change {
                // The conversation is not in the journal.
                Change::Delete { id } => !self.has_deleted(id, &logged),
                // Nothing was typed for these.
                Change::ReplaceFrom { id, removed, messages, .. } if messages.is_empty() => {
                    !self.has_in_trash(id, removed)
                }
                Change::RemoveMessages { id, messages } => !self.has_in_trash(id, messages),
                Change::ReplaceFrom { id, keep, removed, messages, .. } => {
                    self.preserve_edited(&logged, id, *keep, removed, messages);
                    false
                }
                Change::Create { .. }
                | Change::Append { .. }
                | Change::Rename { .. }
                | Change::Restore { .. }
                | Change::Insert { .. } => false,
            };
            if is_given_up {
                given_up.push(logged.id);
            }
        }
        self.mark_settled(&given_up);
    }

    /// Puts what an edit replaces into the trash, if it is not there.
    fn preserve_edited(
        &mut self,
        logged: &LoggedChange,
        id: &ConversationId,
        keep: usize,
        removed: &[Message],
        messages: &[Message],
    ) {
        if self.has_in_trash(id, removed) {
            return;
        }
        let title = self.title_before(logged);
        let (id, removed, messages) = (id.clone(), removed.to_vec(), messages.to_vec());
        let what = Removed::Edited { id, title, keep, removed, messages };
        if let Err(error) = self.put_in_trash(what, Actor::User) {
            tracing::warn!(%error, "what was being replaced could not be put into the trash");
        }
    }

    /// Whether the trash has the conversation that a deletion removes, with all its messages.
    fn has_deleted(&self, id: &ConversationId, deletion: &LoggedChange) -> bool {
        let held = deletion.base.as_ref().map_or(&[][..], |base| &base.held);
        self.trash.entries().iter().any(|(_, entry)| {
            let Removed::Deleted { id: other, member, .. } = &entry.what else { return false };
            let messages = parse_member(member).map(|chat| chat.messages).unwrap_or_default();
            let present = count_by_fingerprint(&messages);
            other == id && held.iter().all(|print| present.contains_key(print))
        })
    }

    /// The title of a conversation before a change, for people.
    fn title_before(&mut self, logged: &LoggedChange) -> String {
        let id = logged.change.conversation();
        let recorded = logged.base.as_ref().and_then(|base| base.title.clone());
        let stored = recorded.or_else(|| {
            let version = self.open_current().ok()?;
            Some(version.index.entry(id)?.summary.title.stored().to_owned())
        });
        self.title_in_sentence(id, stored.as_deref().unwrap_or_default())
    }
}
