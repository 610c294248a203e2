//! Where a turn stands.
//! Must not hold what every phase has: that is the turn's.

use super::super::{Failure, ModelActivity, Timestamp};
use super::EndReport;

/// Where a turn stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TurnPhase {
    /// The question is being written to disk; nothing has been sent.
    StoringQuestion,
    /// It was stopped while its question was being written: it will not be sent.
    Stopping,
    /// The request is out and nothing has come back.
    Waiting,
    /// The server will be asked again after a pause.
    Retrying {
        /// Why.
        failure: Failure,
        /// When the pause is over.
        until: Timestamp,
    },
    /// The model does something other than writing.
    Busy(ModelActivity),
    /// The answer is coming in.
    Streaming,
    /// The answer has ended, as the report says, and is being written to disk.
    StoringAnswer(Box<EndReport>),
    /// Nothing is left to do.
    Finished,
}

impl TurnPhase {
    /// Whether the request is out and what the server says counts.
    #[must_use]
    pub const fn is_listening(&self) -> bool {
        matches!(self, Self::Waiting | Self::Retrying { .. } | Self::Busy(_) | Self::Streaming)
    }
}
