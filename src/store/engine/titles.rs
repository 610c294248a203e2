//! Full titles at the borders of the store: what comes in is saved before the file changes, and what
//! goes out is completed. Inside, a title is what the file has.

use std::collections::HashSet;

use crate::chat::{Change, Conversation, ConversationId, Title, title};

use crate::store::engine::Store;
use crate::store::index::IndexEntry;

impl Store {
    /// Saves the full titles that changes give.
    pub(super) fn save_titles_of(&mut self, changes: &[Change]) {
        let titles = changes.iter().filter_map(|change| match change {
            Change::Create { id, title, .. } | Change::Rename { id, title, .. } => {
                Some((id, title))
            }
            Change::Append { .. }
            | Change::Delete { .. }
            | Change::Restore { .. }
            | Change::Insert { .. }
            | Change::RemoveMessages { .. }
            | Change::ReplaceFrom { .. } => None,
        });
        self.save_titles(&titles.collect::<Vec<_>>());
    }

    /// Saves full titles. Where that fails, the stored ones are shown, which is no reason to refuse a
    /// change.
    pub(super) fn save_titles(&mut self, titles: &[(&ConversationId, &Title)]) {
        if !self.full_titles.read().is_changed_by(titles) {
            return;
        }
        // The change that gives them needs the version as well.
        let _ = self.open_current();
        let listed: Option<HashSet<&ConversationId>> = self
            .open_version
            .as_ref()
            .map(|version| version.entries().iter().map(IndexEntry::id).collect());
        if let Err(error) = self.full_titles.save(titles, listed.as_ref(), self.monotonic_now) {
            tracing::warn!(%error, "a full title could not be saved");
        }
    }

    /// The conversation with its full title.
    pub(super) fn with_full_title(&self, mut conversation: Conversation) -> Conversation {
        let Conversation { id, title, .. } = &conversation;
        conversation.title = self.full_titles.read().title_of(id, title.stored());
        conversation
    }

    /// A title as a sentence names it.
    pub(super) fn title_in_sentence(&self, id: &ConversationId, stored: &str) -> String {
        let title = self.full_titles.read().title_of(id, stored);
        title::in_sentence(title.text()).into_owned()
    }
}
