//! The phases of a turn.

use super::super::{Failure, ModelActivity, Timestamp, ToolRequest};
use super::{EndReport, UnstoredEnding};

/// What a turn waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TurnPhase {
    /// Whether a question can be sent to the server is being checked; nothing is stored.
    CheckingServer,
    /// The question is being written to disk; nothing has been sent.
    StoringQuestion,
    /// It was stopped while its question was being written; nothing will be sent.
    Stopping,
    /// The request is sent, and nothing has been received.
    Waiting,
    /// The request failed and is repeated after a pause.
    Retrying {
        /// Why the attempt failed.
        failure: Failure,
        /// The end of the pause.
        until: Timestamp,
    },
    /// A call of a tool waits until the user allows or refuses it.
    AwaitingApproval(Box<ToolRequest>),
    /// The model is doing something other than writing text.
    Busy(ModelActivity),
    /// Text of the answer is being received.
    Streaming,
    /// The answer has ended, as the report says, and is being written to disk.
    StoringAnswer(Box<EndReport>),
    /// The answer has ended and could not be written to disk yet; that is tried again.
    Unstored(Box<UnstoredEnding>),
    /// Nothing is left to do.
    Finished,
}

impl TurnPhase {
    /// Tells whether events of the reply are handled.
    #[must_use]
    pub const fn is_listening(&self) -> bool {
        match self {
            Self::Waiting
            | Self::Retrying { .. }
            | Self::AwaitingApproval(_)
            | Self::Busy(_)
            | Self::Streaming => true,
            Self::CheckingServer
            | Self::StoringQuestion
            | Self::Stopping
            | Self::StoringAnswer(_)
            | Self::Unstored(_)
            | Self::Finished => false,
        }
    }
}
