//! Sends the list of conversations: its rows, their marks, and how it is arranged.

use std::collections::HashMap;
use std::path::PathBuf;

use crate::app::{RowMarks, StoreEvent};
use crate::chat::{
    AnswerRecord, ArrangementChange, ConversationId, ConversationSummary, Role, Timestamp,
};
use crate::runtime::clock;
use crate::runtime::event_sender::EventSender;
use crate::store::{ArrangementFile, Store, StoreError, StorePaths};

/// Remembers which marks were sent, so that only changed ones are sent again.
#[derive(Debug)]
pub(super) struct RowSender {
    events: EventSender,
    arrangement: ArrangementFile,
    arrangement_path: PathBuf,
    sent_marks: RowMarks,
    /// Conversations whose last answer from here ended early, and when it was stored; read at the
    /// first listing.
    ended_early: Option<HashMap<ConversationId, Timestamp>>,
}

impl RowSender {
    pub(super) fn new(paths: &StorePaths, events: EventSender) -> Self {
        Self {
            events,
            arrangement: ArrangementFile::of(paths),
            arrangement_path: paths.state_folder().join("arrangement.json"),
            sent_marks: RowMarks::default(),
            ended_early: None,
        }
    }

    /// Notes how the newest answer of a conversation ended.
    pub(super) fn record_ending(&mut self, id: &ConversationId, answer: Option<&AnswerRecord>) {
        let Some(ended_early) = self.ended_early.as_mut() else { return };
        match answer.filter(|record| record.ended_early.is_some()) {
            Some(record) => ended_early.insert(id.clone(), record.timestamp),
            None => ended_early.remove(id),
        };
    }

    /// Sends rows, which come in the order of the file, newest first; then their marks.
    pub(super) fn send_rows(&mut self, store: &mut Store, mut rows: Vec<ConversationSummary>) {
        ConversationSummary::sort_newest_first(&mut rows, clock::now());
        let remote_turns = store.remote_questions(&rows, clock::now());
        let interrupted = if self.ended_early.is_some() {
            let interrupted = self.find_interrupted(store, &rows);
            self.events.send(StoreEvent::Listed(rows));
            interrupted
        } else {
            // Reading every record for the first time takes long: the rows are shown before.
            self.events.send(StoreEvent::Listed(rows.clone()));
            self.find_interrupted(store, &rows)
        };
        self.send_marks(store, interrupted, remote_turns);
    }

    /// Sends what of the marks can be known although the file cannot be listed.
    pub(super) fn send_last_marks(&mut self, store: &mut Store) {
        let RowMarks { interrupted, remote_turns, .. } = self.sent_marks.clone();
        self.send_marks(store, interrupted, remote_turns);
    }

    fn send_marks(
        &mut self,
        store: &mut Store,
        interrupted: Vec<ConversationId>,
        remote_turns: Vec<(ConversationId, Timestamp)>,
    ) {
        let changed = store.take_foreign_changes();
        let unstored = store.conversations_with_unstored_answers();
        let marks = RowMarks { changed, unstored, interrupted, remote_turns };
        if !marks.changed.is_empty() || marks != self.sent_marks {
            self.sent_marks = RowMarks { changed: Vec::new(), ..marks.clone() };
            self.events.send(StoreEvent::Marked(marks));
        }
    }

    /// The rows whose last message is an answer that ended early.
    fn find_interrupted(
        &mut self,
        store: &Store,
        rows: &[ConversationSummary],
    ) -> Vec<ConversationId> {
        let read = || store.answer_records().ended_early().into_iter().collect();
        let ended_early = self.ended_early.get_or_insert_with(read);
        let is_interrupted = |row: &&ConversationSummary| {
            row.last_role == Some(Role::Assistant)
                && ended_early.get(&row.id) == Some(&row.last_update)
        };
        rows.iter().filter(is_interrupted).map(|row| row.id.clone()).collect()
    }

    pub(super) fn send_arrangement(&self) {
        match self.arrangement.read() {
            Ok(arrangement) => self.events.send(StoreEvent::Arranged(arrangement)),
            Err(error) => tracing::warn!(%error, "the arrangement of the list could not be read"),
        }
    }

    pub(super) fn arrange(&self, change: &ArrangementChange) {
        match self.arrangement.apply(change) {
            Ok(arrangement) => self.events.send(StoreEvent::Arranged(arrangement)),
            Err(error) => {
                let error = StoreError::io("written", &self.arrangement_path, error);
                self.events.send_failure(error.to_failure());
                self.send_arrangement();
            }
        }
    }
}
