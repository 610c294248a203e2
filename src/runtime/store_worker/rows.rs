//! The list for the brain: its rows, what only this program knows about them, how it is arranged,
//! and copies of conversations.
//! May not hold rows from one listing to the next.

use std::collections::HashMap;

use crate::app::{RowMarks, StoreEvent};
use crate::chat::{
    AnswerRecord, ArrangementChange, Change, Conversation, ConversationId, ConversationSummary,
    MessageBlock, Readability, Role, Timestamp, title,
};
use crate::store::{ArrangementFile, StoreError};

use super::StoreWorker;

/// What was told about rows, so that only news is told.
#[derive(Debug, Default)]
pub(super) struct RowTracker {
    sent_marks: RowMarks,
    /// Conversations whose last answer here ended early, and when it was stored; read at the first
    /// listing.
    ended_early: Option<HashMap<ConversationId, Timestamp>>,
}

impl RowTracker {
    /// Notes how an answer ended.
    pub(super) fn record_ending(&mut self, id: &ConversationId, answer: Option<&AnswerRecord>) {
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

impl StoreWorker {
    pub(super) fn list(&mut self) {
        match self.store.list() {
            Ok(mut rows) => {
                // The newest first; of two as new, the one further down the file.
                rows.reverse();
                rows.sort_by_key(|row| std::cmp::Reverse(row.last_update));
                let interrupted =
                    self.row_tracker.ended_early.is_some().then(|| self.find_interrupted(&rows));
                // The rows are on screen before every record has been read for the first time.
                let later = interrupted.is_none().then(|| rows.clone());
                let on_web = self.store.remote_questions(&rows, (self.config.clock)());
                self.send(StoreEvent::Listed(rows));
                let interrupted = interrupted.or_else(|| Some(self.find_interrupted(&later?)));
                self.send_marks(interrupted.unwrap_or_default(), on_web);
                self.doctor.run_first();
            }
            Err(error) => {
                self.send_failure(&error);
                self.send_marks(
                    self.row_tracker.sent_marks.interrupted.clone(),
                    self.row_tracker.sent_marks.remote_turns.clone(),
                );
            }
        }
    }

    fn send_marks(
        &mut self,
        interrupted: Vec<ConversationId>,
        on_web: Vec<(ConversationId, Timestamp)>,
    ) {
        let marks = RowMarks {
            changed: self.store.take_foreign_changes(),
            undelivered: self.store.undelivered_answers(),
            interrupted,
            remote_turns: on_web,
        };
        if !marks.changed.is_empty() || marks != self.row_tracker.sent_marks {
            self.row_tracker.sent_marks = RowMarks { changed: Vec::new(), ..marks.clone() };
            self.send(StoreEvent::Marked(marks));
        }
    }

    /// Rows whose last message is an answer that ended early.
    fn find_interrupted(&mut self, rows: &[ConversationSummary]) -> Vec<ConversationId> {
        let store = &self.store;
        let known = self
            .row_tracker
            .ended_early
            .get_or_insert_with(|| store.answers_ended_early().into_iter().collect());
        let cut = |row: &&ConversationSummary| {
            row.last_role == Some(Role::Assistant) && known.get(&row.id) == Some(&row.last_update)
        };
        rows.iter().filter(cut).map(|row| row.id.clone()).collect()
    }

    /// Tells how the list is arranged.
    pub(super) fn send_arrangement(&self) {
        match ArrangementFile::of(&self.config.paths).read() {
            Ok(arrangement) => self.send(StoreEvent::Arranged(arrangement)),
            Err(error) => tracing::warn!(%error, "the arrangement of the list cannot be read"),
        }
    }

    pub(super) fn arrange(&self, change: &ArrangementChange) {
        let file = ArrangementFile::of(&self.config.paths);
        match file.apply(change) {
            Ok(arrangement) => self.send(StoreEvent::Arranged(arrangement)),
            Err(error) => {
                let path = self.config.paths.state_folder().join("arrangement.json");
                self.send_failure(&StoreError::io("written", &path, error));
                self.send_arrangement();
            }
        }
    }

    /// Another title, if nobody gave one meanwhile. Quietly: nobody asked for it.
    pub(super) fn retitle(&mut self, id: ConversationId, was: &str, title: String, at: Timestamp) {
        let still = self.store.conversation(&id).is_ok_and(|it| it.title == was);
        if !still {
            return;
        }
        match self.store.apply(&Change::Rename { id, title, at }, (self.config.clock)()) {
            Ok(_) => self.send(StoreEvent::FileChanged(None)),
            Err(error) => tracing::warn!(%error, "a title could not be stored"),
        }
    }

    pub(super) fn duplicate(&mut self, id: &ConversationId, copy: ConversationId, at: Timestamp) {
        let original = self.store.conversation(id);
        let changes = original.and_then(duplicate_changes(copy, at));
        match changes.and_then(|changes| self.apply_all(&changes)) {
            Ok(()) => {
                self.send_notice("Duplicated: the copy is the newest in the list.".to_owned())
            }
            Err(error) => self.send_failure(&error),
        }
    }
}

/// The verbs that make a copy. Its messages are one block: their order stays as it is.
fn duplicate_changes(
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
        let block = MessageBlock { behind: None, messages: original.messages };
        Ok(vec![
            Change::Create { id: copy.clone(), title, at },
            Change::Insert { id: copy, blocks: vec![block] },
        ])
    }
}
