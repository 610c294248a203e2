//! Answers that could not be stored, as on a full disk: tries again, and tells when they are stored.

use crate::chat::{ChangeId, LoggedChange, Timestamp, TurnId, UnstoredCopy};

use crate::store::engine::{RefreshOutcome, Store};
use crate::store::file::error::StoreError;
use crate::store::file::identity::FileIdentity;
use crate::store::file::open_file;
use crate::store::state::Durability;

impl Store {
    /// Remembers an answer that could not be stored in the shared file.
    pub(super) fn add_unstored(&mut self, turn: &TurnId, answer: &ChangeId, error: &StoreError) {
        self.unstored.answers.push((turn.clone(), answer.clone()));
        self.unstored.tried = self.version_on_disk();
        self.record_unstored_error(error);
    }

    /// Remembers why answers may not have been stored.
    pub(super) fn record_unstored_error(&mut self, error: &StoreError) {
        self.unstored.may_pass |= error.may_pass();
    }

    fn version_on_disk(&self) -> Option<FileIdentity> {
        open_file::identity_on_disk(&self.paths).ok().flatten()
    }

    /// Whether storing what could not be stored may succeed now: not where the very file that is there does
    /// not take it, as a damaged one.
    #[must_use]
    pub fn may_store_again(&self) -> bool {
        let unstored = &self.unstored;
        let is_new = || self.version_on_disk() != unstored.tried;
        !unstored.answers.is_empty()
            && (unstored.may_pass || !self.journal.is_written() || is_new())
    }

    /// Tells whether the answer of a turn could not be stored yet.
    #[must_use]
    pub fn is_unstored(&self, turn: &TurnId) -> bool {
        self.unstored.answers.iter().any(|(unstored, _)| unstored == turn)
    }

    /// Whether a change is an answer of this session that could not be stored yet.
    pub(super) fn is_unstored_answer(&self, logged: &LoggedChange) -> bool {
        logged.applied.is_none() && self.unstored.answers.iter().any(|(_, id)| *id == logged.id)
    }

    /// Tells whether the answer of any turn could not be stored yet.
    #[must_use]
    pub const fn has_unstored_answers(&self) -> bool {
        !self.unstored.answers.is_empty()
    }

    /// Where the answers are that could not be stored.
    #[must_use]
    pub const fn unstored_copy(&self) -> UnstoredCopy {
        if self.journal.is_written() { UnstoredCopy::Journal } else { UnstoredCopy::Memory }
    }

    /// Tries to store again what could not be stored: first in the journal, then in the shared file.
    ///
    /// # Errors
    /// When the shared file cannot be read.
    pub fn store_again(&mut self, now: Timestamp) -> Result<RefreshOutcome, StoreError> {
        self.flush(Durability::Synced);
        if self.journal.is_written() {
            for (turn, _) in &self.unstored.answers {
                self.background_answers.forget(turn);
            }
        }
        self.unstored.may_pass = false;
        let refreshed = self.refresh(now);
        self.unstored.tried = self.version_on_disk();
        refreshed.inspect_err(|error| self.record_unstored_error(error))
    }

    /// Takes the turns whose answers are no longer unstored: whatever is done about the file stores them
    /// as well.
    pub fn take_stored_answers(&mut self) -> Vec<TurnId> {
        let entries = &self.journal.state().entries;
        let is_waiting = |id: &ChangeId| {
            entries.iter().any(|entry| entry.logged.id == *id && entry.logged.applied.is_none())
        };
        let (waiting, stored): (Vec<_>, Vec<_>) = std::mem::take(&mut self.unstored.answers)
            .into_iter()
            .partition(|(_, answer)| is_waiting(answer));
        self.unstored.answers = waiting;
        let turns: Vec<TurnId> = stored.into_iter().map(|(turn, _)| turn).collect();
        for turn in &turns {
            self.background_answers.forget(turn);
        }
        turns
    }
}
