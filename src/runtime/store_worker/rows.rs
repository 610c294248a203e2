//! The list for the brain: its rows, what only this program knows about them, how it is arranged,
//! and copies of conversations.
//! May not hold rows from one listing to the next.

use std::collections::HashMap;

use crate::app::{RowMarks, Stored};
use crate::chat::{
    AnswerRecord, Arranging, Block, Change, Conversation, ConversationId, Readability, Role,
    Summary, Timestamp, title,
};
use crate::store::{ArrangementFile, StoreError};

use super::Worker;

/// What was told about rows, so that only news is told.
#[derive(Debug, Default)]
pub(super) struct Known {
    told: RowMarks,
    /// Conversations whose last answer here ended early, and when it was stored; read at the first
    /// listing.
    ended_early: Option<HashMap<ConversationId, Timestamp>>,
}

impl Known {
    /// Notes how an answer ended.
    pub(super) fn note(&mut self, id: &ConversationId, answer: Option<&AnswerRecord>) {
        let Some(known) = self.ended_early.as_mut() else { return };
        match answer {
            Some(record) if record.ended_early.is_some() => {
                known.insert(id.clone(), record.timestamp);
            }
            Some(_) | None => {
                known.remove(id);
            }
        }
    }
}

impl Worker {
    pub(super) fn list(&mut self) {
        match self.store.list() {
            Ok(mut rows) => {
                // The newest first; of two as new, the one further down the file.
                rows.reverse();
                rows.sort_by_key(|row| std::cmp::Reverse(row.last_update));
                let interrupted = self.known.ended_early.is_some().then(|| self.interrupted(&rows));
                // The rows are on screen before every record has been read for the first time.
                let later = interrupted.is_none().then(|| rows.clone());
                let on_web = self.store.asked_elsewhere(&rows, (self.disk.clock)());
                self.say(Stored::Listed(rows));
                let interrupted = interrupted.or_else(|| Some(self.interrupted(&later?)));
                self.mark(interrupted.unwrap_or_default(), on_web);
                self.checkup.begin();
            }
            Err(error) => {
                self.not_changed(&error);
                self.mark(self.known.told.interrupted.clone(), self.known.told.on_web.clone());
            }
        }
    }

    fn mark(&mut self, interrupted: Vec<ConversationId>, on_web: Vec<(ConversationId, Timestamp)>) {
        let marks = RowMarks {
            changed: self.store.take_foreign(),
            undelivered: self.store.undelivered(),
            interrupted,
            on_web,
        };
        if !marks.changed.is_empty() || marks != self.known.told {
            self.known.told = RowMarks { changed: Vec::new(), ..marks.clone() };
            self.say(Stored::Marked(marks));
        }
    }

    /// Rows whose last message is an answer that ended early.
    fn interrupted(&mut self, rows: &[Summary]) -> Vec<ConversationId> {
        let store = &self.store;
        let known =
            self.known.ended_early.get_or_insert_with(|| store.ended_early().into_iter().collect());
        let cut = |row: &&Summary| {
            row.last_role == Some(Role::Assistant) && known.get(&row.id) == Some(&row.last_update)
        };
        rows.iter().filter(cut).map(|row| row.id.clone()).collect()
    }

    /// Tells how the list is arranged.
    pub(super) fn tell_arrangement(&self) {
        match ArrangementFile::of(&self.disk.place).read() {
            Ok(arrangement) => self.say(Stored::Arranged(arrangement)),
            Err(error) => tracing::warn!(%error, "the arrangement of the list cannot be read"),
        }
    }

    pub(super) fn arrange(&self, change: &Arranging) {
        let file = ArrangementFile::of(&self.disk.place);
        match file.make(change) {
            Ok(arrangement) => self.say(Stored::Arranged(arrangement)),
            Err(error) => {
                let path = self.disk.place.state().join("arrangement.json");
                self.not_changed(&StoreError::io("written", &path, error));
                self.tell_arrangement();
            }
        }
    }

    /// Another title, if nobody gave one meanwhile. Quietly: nobody asked for it.
    pub(super) fn retitle(&mut self, id: ConversationId, was: &str, title: String, at: Timestamp) {
        let still = self.store.conversation(&id).is_ok_and(|it| it.title == was);
        if !still {
            return;
        }
        match self.store.apply(&Change::Rename { id, title, at }, (self.disk.clock)()) {
            Ok(_) => self.say(Stored::FileChanged(None)),
            Err(error) => tracing::warn!(%error, "a title could not be stored"),
        }
    }

    pub(super) fn duplicate(&mut self, id: &ConversationId, copy: ConversationId, at: Timestamp) {
        let original = self.store.conversation(id);
        let changes = original.and_then(changes_of_copy(copy, at));
        match changes.and_then(|changes| self.apply_all(&changes)) {
            Ok(()) => self.changed("Duplicated: the copy is the newest in the list.".to_owned()),
            Err(error) => self.not_changed(&error),
        }
    }
}

/// The verbs that make a copy. Its messages are one block: their order stays as it is.
fn changes_of_copy(
    copy: ConversationId,
    at: Timestamp,
) -> impl FnOnce(Conversation) -> Result<Vec<Change>, StoreError> {
    move |original| {
        match original.readability {
            Readability::Whole => {}
            Readability::Damaged(reason) => return Err(StoreError::Damaged(reason)),
            Readability::NotStoredLocally => {
                let why = "its messages were never stored here".to_owned();
                return Err(StoreError::Damaged(why));
            }
        }
        let title = title::of_copy(&original.title);
        let block = Block { behind: None, messages: original.messages };
        Ok(vec![
            Change::Create { id: copy.clone(), title, at },
            Change::Insert { id: copy, blocks: vec![block] },
        ])
    }
}
