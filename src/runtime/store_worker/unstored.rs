//! The answers that could not be stored, as on a full disk, and when to try again.

use std::time::{Duration, Instant};

use crate::chat::{ConversationId, Failure, TurnId, UnstoredCopy};

/// How long to wait before storing is tried again.
const RETRY_AFTER: Duration = Duration::from_secs(4);

/// An answer that waits to be stored.
#[derive(Debug)]
pub(super) struct UnstoredAnswer {
    pub(super) turn: TurnId,
    pub(super) conversation: ConversationId,
    pub(super) failure: Failure,
    /// What was last reported to the window.
    pub(super) copy: UnstoredCopy,
}

/// The answers that wait, and when storing them is tried next.
#[derive(Debug, Default)]
pub(super) struct UnstoredAnswers {
    pub(super) answers: Vec<UnstoredAnswer>,
    retry_at: Option<Instant>,
}

impl UnstoredAnswers {
    /// How long until storing is tried again; `None` where nothing waits.
    pub(super) fn time_until_retry(&self) -> Option<Duration> {
        self.retry_at.map(|at| at.saturating_duration_since(Instant::now()))
    }

    /// Whether storing has to be tried again now.
    pub(super) fn is_due(&self) -> bool {
        self.retry_at.is_some_and(|at| at <= Instant::now())
    }

    /// Waits anew, as long as anything is unstored.
    pub(super) fn wait_again(&mut self) {
        self.retry_at = (!self.answers.is_empty()).then(|| Instant::now() + RETRY_AFTER);
    }
}
