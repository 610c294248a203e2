//! The order in which the entries of the trash are undone: the last change first.
//! What was refused is passed over, and gets its turn again with the next undo in its conversation.

use crate::chat::{ConversationId, Timestamp, count, title};

use crate::store::engine::Store;
use crate::store::engine::trash::message_count;
use crate::store::file::error::StoreError;
use crate::store::state::{Removed, TrashEntry, TrashNumber};

/// One thing that can be undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoEntry {
    /// Later entries have higher numbers.
    pub number: TrashNumber,
    /// When it was removed, reapplied or overwritten.
    pub at: Timestamp,
    /// What happened, in one line for people.
    pub line: String,
    /// Whether an undo without a number reaches it; otherwise only one with its number may.
    pub is_undone_in_turn: bool,
}

impl Store {
    /// What can be undone, in the order in which `undo` does it; then what only its number undoes.
    #[must_use]
    pub fn undoable(&self) -> Vec<UndoEntry> {
        let entries = self.entries_in_undo_order().into_iter();
        let describe = |(number, entry): (TrashNumber, TrashEntry)| UndoEntry {
            number,
            at: entry.at,
            line: describe(&entry.what),
            is_undone_in_turn: entry.is_undone_in_turn(),
        };
        entries.map(describe).collect()
    }

    pub(super) fn entries_in_undo_order(&self) -> Vec<(TrashNumber, TrashEntry)> {
        let mut all = self.trash.entries();
        // A restored version is kept until that is confirmed, but cannot be restored again.
        all.retain(|(_, entry)| !entry.what.is_restored_version());
        all.reverse();
        all.sort_by_key(|(_, entry)| !entry.is_undone_in_turn());
        all
    }

    /// Refuses to undo an edit before a newer one of its conversation: what it replaced would be
    /// inserted beside what that one left.
    pub(super) fn check_newer_edits(
        &self,
        number: TrashNumber,
        what: &Removed,
    ) -> Result<(), StoreError> {
        let Removed::Edited { title, .. } = what else { return Ok(()) };
        let title = title::in_sentence(title);
        let reason = format!("Not undone: messages of \"{title}\" were replaced again since.");
        let is_edit = |newer: &Removed| matches!(newer, Removed::Edited { .. });
        self.check_newer(number, what, &reason, is_edit)
    }

    /// Refuses to undo an entry where one `goes_first` that is newer and of the same conversation. `reason`
    /// is the sentence that says why.
    pub(super) fn check_newer(
        &self,
        number: TrashNumber,
        what: &Removed,
        reason: &str,
        goes_first: impl Fn(&Removed) -> bool,
    ) -> Result<(), StoreError> {
        let hides = |(other, entry): &(TrashNumber, TrashEntry)| {
            *other > number
                && entry.is_undone_in_turn()
                && entry.what.conversation() == what.conversation()
                && goes_first(&entry.what)
        };
        let newer = self.trash.entries().into_iter().rev().find(hides);
        match (newer, what.conversation()) {
            (Some((newer, _)), Some(id)) => Err(StoreError::UndoneAfter {
                reason: reason.to_owned(),
                conversation: id.clone(),
                newer,
            }),
            _ => Ok(()),
        }
    }

    /// Gives the entries that were passed over their turn again, where an undo changed their conversation;
    /// `None` where that may have been any. The undo itself succeeded, so a failure is only logged.
    pub(super) fn retry_passed_over(&self, changed: Option<&ConversationId>) {
        let passed_over = self.trash.entries().into_iter().filter(|(_, entry)| {
            entry.is_passed_over && (changed.is_none() || entry.what.conversation() == changed)
        });
        for (number, entry) in passed_over {
            let retried = self.write_entry(number, &TrashEntry { is_passed_over: false, ..entry });
            if let Err(error) = retried {
                tracing::warn!(%error, "an entry of the trash stays passed over");
            }
        }
    }

    pub(super) fn write_entry(
        &self,
        number: TrashNumber,
        entry: &TrashEntry,
    ) -> Result<(), StoreError> {
        self.trash.write_entry(number, entry).map_err(|error| self.trash_error(error))
    }
}

/// Whether an entry cannot be undone as long as a newer one of its conversation is not.
pub(super) fn is_hidden_by(older: &Removed, newer: &Removed) -> bool {
    match newer {
        Removed::Renamed { .. } => matches!(older, Removed::Renamed { .. }),
        Removed::Deleted { .. } => !matches!(older, Removed::Deleted { .. }),
        _ => false,
    }
}

fn describe(what: &Removed) -> String {
    let messages = |count: usize, title: &str, participle: &str| {
        let (messages, verb) =
            (count::phrase(count, "message"), count::form(&count, "was", "were"));
        format!("{messages} of \"{title}\" {verb} {participle}")
    };
    match what {
        Removed::Deleted { title, .. } => format!("\"{title}\" was deleted"),
        Removed::Edited { title, removed, .. } => messages(removed.len(), title, "replaced"),
        Removed::Renamed { before, given, .. } => {
            let [before, given] = [before, given].map(|title| title::in_sentence(title.text()));
            format!("\"{before}\" was renamed to \"{given}\"")
        }
        Removed::MessagesRemoved { title, blocks, .. } => {
            messages(message_count(blocks), title, "removed")
        }
        Removed::Reapplied { line, .. } => line.trim_end_matches('.').to_owned(),
        Removed::Overwritten { line, .. } => format!("{line} overwritten by another program"),
    }
}
