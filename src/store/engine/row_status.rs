//! What only this program knows about rows of the list: changed by somebody else (noted whenever
//! the file turns out to be another version than the one last read or written here), an answer
//! not delivered yet, an answer that ended early.
//! May not say what to do about it.

use std::collections::HashMap;

use crate::chat::{ConversationId, ConversationSummary, Timestamp};

use crate::store::engine::Store;
use crate::store::index::Index;

impl Store {
    /// The conversations somebody else changed since this was last asked, each once. What was
    /// deleted is not among them.
    pub fn take_foreign_changes(&mut self) -> Vec<ConversationId> {
        std::mem::take(&mut self.foreign_changes)
    }

    /// Conversations with an answer the shared file does not hold yet.
    #[must_use]
    pub fn undelivered_answers(&self) -> Vec<ConversationId> {
        let entries = self.journal.state().entries.iter();
        let owed = entries.filter(|it| it.record.is_some() && it.verb.applied.is_none());
        let mut ids: Vec<ConversationId> =
            owed.map(|entry| entry.verb.change.conversation().clone()).collect();
        ids.sort_unstable();
        ids.dedup();
        ids
    }

    /// Conversations whose last answer here ended early, and when that answer was stored.
    #[must_use]
    pub fn answers_ended_early(&self) -> Vec<(ConversationId, Timestamp)> {
        self.answer_records.ended_early()
    }

    /// Notes what differs between the version known so far and the one just read.
    pub(super) fn record_foreign_changes(&mut self, before: &Index, now: &Index) {
        for id in changed_rows(before, now) {
            if !self.foreign_changes.contains(&id) {
                self.foreign_changes.push(id);
            }
        }
    }
}

/// Rows that are new or say something else than before.
fn changed_rows(before: &Index, now: &Index) -> Vec<ConversationId> {
    let known: HashMap<&ConversationId, &ConversationSummary> =
        before.entries.iter().map(|entry| (&entry.id, &entry.summary)).collect();
    let changed = now.entries.iter().filter(|it| known.get(&it.id) != Some(&&it.summary));
    changed.map(|entry| entry.id.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_new_or_says_something_else_has_changed_and_what_is_gone_has_not() {
        let record = |id: &str, title: &str| {
            format!(
                r#""{id}": {{"data": {{"id": "{id}", "created_at": 1, "metadata": {{}}}}, "chat_name": "{title}", "last_update": 1, "messages": []}}"#
            )
        };
        let index = |records: &[String]| Index::of(&format!("{{{}}}", records.join(","))).unwrap();
        let before = index(&[record("a", "A"), record("b", "B"), record("gone", "G")]);
        let now = index(&[record("b", "better"), record("a", "A"), record("new", "N")]);
        let names: Vec<String> =
            changed_rows(&before, &now).iter().map(ToString::to_string).collect();
        assert_eq!(names, ["b", "new"]);
    }
}
