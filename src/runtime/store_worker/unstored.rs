//! Answers that could not be stored, as on a full disk: storing them is tried again every few seconds, and
//! the window learns what became of it.

use std::time::{Duration, Instant};

use crate::app::StoreEvent;
use crate::chat::{ConversationId, Failure, TurnId, UnstoredCopy};
use crate::runtime::clock;
use crate::store::RefreshOutcome;

use super::worker::StoreWorker;

/// How long to wait before storing is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(4);

/// An answer that waits to be stored.
#[derive(Debug)]
pub(super) struct UnstoredAnswer {
    turn: TurnId,
    conversation: ConversationId,
    failure: Failure,
    /// What the window was told last.
    copy: UnstoredCopy,
}

/// The answers that wait, and when storing them is tried next.
#[derive(Debug, Default)]
pub(super) struct UnstoredAnswers {
    answers: Vec<UnstoredAnswer>,
    retry_at: Option<Instant>,
}

impl UnstoredAnswers {
    /// How long until storing is tried again; `None` where nothing waits.
    pub(super) fn time_until_retry(&self) -> Option<Duration> {
        self.retry_at.map(|at| at.saturating_duration_since(Instant::now()))
    }
}

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
        self.unstored.retry_at = Some(Instant::now() + RETRY_AFTER);
        self.send(event);
    }

    pub(super) fn store_again_if_due(&mut self) {
        if self.unstored.retry_at.is_some_and(|at| at <= Instant::now()) {
            self.store_again();
        }
    }

    /// Tries to store what waits.
    pub(super) fn store_again(&mut self) {
        if self.unstored.answers.is_empty() {
            return;
        }
        self.unstored.retry_at = Some(Instant::now() + RETRY_AFTER);
        let refreshed = self.store.store_again(clock::now());
        let before = self.unstored.answers.len();
        self.report_stored();
        if let Ok(RefreshOutcome::Changed(notice)) = refreshed {
            // The notice would call what was just stored an answer of an earlier session.
            let is_own = self.unstored.answers.len() < before;
            self.send_file_changed(notice.filter(|_| !is_own));
        }
        let copy = self.store.unstored_copy();
        let mut events = Vec::new();
        for answer in self.unstored.answers.iter_mut().filter(|answer| answer.copy != copy) {
            answer.copy = copy;
            let (turn, failure) = (answer.turn.clone(), answer.failure.clone());
            events.push(StoreEvent::AnswerDelayed { turn, failure, copy });
        }
        events.into_iter().for_each(|event| self.send(event));
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
            self.unstored.retry_at = None;
        }
    }
}
