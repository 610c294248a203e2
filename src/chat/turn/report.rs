//! What people are told about a turn, in the same words in the window and on the command line. Must not
//! name a key or a command, because the two differ in them.

use std::time::Duration;

use super::super::answer::early_end_reason;
use super::super::{Failure, ReplyEnding, ReplyOutcome, count};

/// One message to the user about a turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TurnReport {
    /// The user stopped the turn before its question was sent.
    StoppedBeforeSending,
    /// The request is repeated after a pause.
    Retrying {
        /// Why the attempt failed.
        failure: Failure,
        /// The length of the pause.
        after: Duration,
    },
    /// A tool ran: the call and its result in one line.
    ToolUsed(String),
    /// The request was changed; says how.
    Notice(String),
    /// The ending that could not be stored is stored now.
    StoredLate,
    /// The reply ended; the same report comes with the turn's outcome once that is stored.
    Ended(EndReport),
}

impl TurnReport {
    /// Puts the report in words; `None` where there is nothing to say.
    #[must_use]
    pub fn sentence(&self) -> Option<String> {
        match self {
            Self::StoppedBeforeSending => Some("Stopped before anything was sent.".to_owned()),
            Self::Retrying { failure, after } => {
                let when = match after.as_millis() {
                    // The first pause is half a second at most.
                    0..=500 => "now".to_owned(),
                    pause => format!("in {}", count::phrase(pause.div_ceil(1000), "second")),
                };
                Some(format!("{} Retrying {when}.", failure.sentence))
            }
            Self::ToolUsed(line) => Some(format!("Called the tool {line}")),
            Self::Notice(line) => Some(line.clone()),
            Self::StoredLate => Some("The answer is stored now.".to_owned()),
            Self::Ended(report) => report.sentence(),
        }
    }
}

/// How a turn ended, as far as the user is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndReport {
    /// What became of the answer: complete, cut off or failed.
    pub outcome: ReplyOutcome,
    /// Whether the answer has any text; white space does not count.
    pub has_text: bool,
}

impl EndReport {
    /// Takes from an ending what the user is told of it.
    #[must_use]
    pub fn of(ending: &ReplyEnding) -> Self {
        Self { outcome: ending.outcome.clone(), has_text: !ending.text.trim().is_empty() }
    }

    /// Says how it ended; `None` where the answer is complete.
    #[must_use]
    pub fn sentence(&self) -> Option<String> {
        match &self.outcome {
            ReplyOutcome::Completed if self.has_text => None,
            ReplyOutcome::Completed => Some("The model returned no text.".to_owned()),
            ReplyOutcome::Incomplete(reason) => Some(reason.clone()),
            ReplyOutcome::Stopped if self.has_text => {
                Some("Stopped. The partial answer is kept.".to_owned())
            }
            ReplyOutcome::Stopped => {
                Some("Stopped before the answer started. The question is kept.".to_owned())
            }
            ReplyOutcome::LeftRunning(failure) => {
                let why = failure.as_ref().map_or_else(String::new, |it| format!("{it} "));
                Some(why + self.running_sentence())
            }
            ReplyOutcome::Interrupted(_) | ReplyOutcome::Failed(_) => {
                self.failure().map(|failure| failure.to_string())
            }
        }
    }

    /// Says that the server goes on with the answer.
    #[must_use]
    pub const fn running_sentence(&self) -> &'static str {
        if self.has_text {
            "The answer is still running on the server, and the partial answer is kept."
        } else {
            "The answer is still running on the server."
        }
    }

    /// Why it failed, with whether a part of the answer is kept; `None` where it did not fail.
    #[must_use]
    pub fn failure(&self) -> Option<Failure> {
        let (ReplyOutcome::Interrupted(failure) | ReplyOutcome::Failed(failure)) = &self.outcome
        else {
            return None;
        };
        Some(if self.has_text { failure.after_partial_answer() } else { failure.clone() })
    }

    /// Says how an answer ended that an earlier run had left running.
    #[must_use]
    pub fn sentence_when_collected(&self) -> String {
        const LEFT: &str = "An answer that kept running on the server";
        match (early_end_reason(&self.outcome), self.has_text) {
            (None, true) => format!("{LEFT} has arrived."),
            (None, false) => format!("{LEFT} is empty."),
            (Some(why), true) => format!("{LEFT} ended early: {why} The partial answer is kept."),
            (Some(why), false) => format!("{LEFT} failed: {why}"),
        }
    }
}
