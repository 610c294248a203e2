//! Storing what could not be stored, as on a full disk: it is tried again every few seconds, and the window
//! learns what became of it.

use crate::app::StoreEvent;
use crate::chat::{ConversationId, Failure, TurnId};
use crate::runtime::clock;
use crate::store::RefreshOutcome;

use super::unstored::UnstoredAnswer;
use super::worker::StoreWorker;

impl StoreWorker {
    /// Tells the window that an answer could not be stored; one that another try can store waits for it.
    pub(super) fn handle_not_stored(
        &mut self,
        turn: TurnId,
        conversation: ConversationId,
        failure: Failure,
    ) {
        if !self.store.is_unstored(&turn) {
            return self.send(StoreEvent::AnswerNotStored { turn, failure });
        }
        let copy = self.store.unstored_copy();
        let event =
            StoreEvent::AnswerDelayed { turn: turn.clone(), failure: failure.clone(), copy };
        self.unstored.answers.push(UnstoredAnswer { turn, conversation, failure, copy });
        self.unstored.wait_again();
        self.send(event);
    }

    pub(super) fn store_again_if_due(&mut self) {
        if !self.unstored.is_due() {
            return;
        }
        // The jobs of the user do not wait for a lock behind a try that is made again anyway.
        if self.store.may_store_again() && self.store.is_lock_free() {
            self.store_again();
        } else {
            self.unstored.wait_again();
        }
    }

    /// Tries to store what waits.
    pub(super) fn store_again(&mut self) {
        if self.unstored.answers.is_empty() {
            return;
        }
        let refreshed = self.store.store_again(clock::now());
        self.unstored.wait_again();
        self.report_stored();
        if let Ok(RefreshOutcome::Changed(notice)) = refreshed {
            self.send_file_changed(notice);
        }
        let copy = self.store.unstored_copy();
        let mut events = Vec::new();
        for answer in self.unstored.answers.iter_mut().filter(|answer| answer.copy != copy) {
            answer.copy = copy;
            let (turn, failure) = (answer.turn.clone(), answer.failure.clone());
            events.push(StoreEvent::AnswerDelayed { turn, failure, copy });
        }
        for event in events {
            self.send(event);
        }
    }

    /// Tells the window which answers are stored now: every change stores them as well.
    pub(super) fn report_stored(&mut self) {
        if self.unstored.answers.is_empty() {
            return;
        }
        for turn in self.store.take_stored_answers() {
            let index = self.unstored.answers.iter().position(|answer| answer.turn == turn);
            if let Some(answer) = index.map(|index| self.unstored.answers.remove(index)) {
                self.send_turn_end(turn, &answer.conversation);
            }
        }
        if self.unstored.answers.is_empty() {
            self.unstored.wait_again();
        }
    }
}
