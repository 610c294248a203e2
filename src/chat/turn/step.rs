//! The steps a turn asks its caller to perform, as data, in order.

use super::super::{
    AnswerOptions, ApprovalAnswer, CapabilityUpdate, Conversation, Failure, ReplyEnding,
    ResponseId, ToolRequest, ToolUse,
};
use super::{EndReport, TextDelta, TurnReport};

/// One step to perform.
#[derive(Debug, Clone, PartialEq)]
pub enum TurnStep {
    /// Something for the server of the turn.
    Server(ServerStep),
    /// Something for the store.
    Store(StoreStep),
    /// Write the question, which the caller has, to the shared file, before anything is sent.
    StoreQuestion,
    /// Store a fact about the server for later questions.
    RecordCapability(CapabilityUpdate),
    /// Write text of the answer to the journal. Commands do so before they print the text.
    Journal(TextDelta),
    /// Ask the user whether a call may run, unless a permission covers it.
    AskApproval(Box<ToolRequest>),
    /// Tell the user something.
    Report(TurnReport),
    /// Forget the turn; nothing follows this step.
    End(TurnOutcome),
}

/// A step that is about the connection to the server.
#[derive(Debug, Clone, PartialEq)]
pub enum ServerStep {
    /// Check whether a question could be sent: one that cannot leaves nothing behind.
    Check,
    /// Send the question, which is on disk now.
    Send {
        /// The conversation as it was when the question was accepted.
        conversation: Box<Conversation>,
        /// The options of the request.
        options: Box<AnswerOptions>,
    },
    /// End the pause before the next attempt.
    RetryNow,
    /// Tell the reply the answer about the call that waits.
    SendApproval(ApprovalAnswer),
    /// Close the connection, which cancels an answer in the foreground.
    Disconnect,
    /// Ignore further text, and cancel the response once its id is received.
    CancelWhenIdentified,
    /// Cancel a background response, which closing the connection does not end.
    Cancel(ResponseId),
}

/// A step that the store performs, in order.
#[derive(Debug, Clone, PartialEq)]
pub enum StoreStep {
    /// Record that the server finishes this response without a connection.
    RecordBackground {
        /// What a later run fetches the answer by.
        response_id: ResponseId,
        /// The options of the request.
        options: Box<AnswerOptions>,
    },
    /// Add the call of a tool to the history of its conversation.
    RecordToolUse(Box<ToolUse>),
    /// Store the ending, with the answer where there is one.
    StoreEnding(Box<ReplyEnding>),
    /// End the turn while the server finishes the answer; the text so far is stored for whoever collects
    /// it.
    LeaveRunning(Box<ReplyEnding>),
}

/// What became of the question and its answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TurnOutcome {
    /// The question could not be stored or sent; it is not in the file.
    NotSent(Failure),
    /// The user stopped the turn before its question was stored.
    Withdrawn,
    /// The ending is stored.
    Stored(EndReport),
    /// The ending could not be stored in the shared file.
    NotStored(Failure),
}

impl TurnOutcome {
    /// Puts the outcome in the words of the command line; `None` where the answer is complete and stored.
    #[must_use]
    pub fn sentence(&self) -> Option<String> {
        match self {
            Self::Withdrawn => TurnReport::StoppedBeforeSending.sentence(),
            Self::Stored(report) => report.sentence(),
            Self::NotSent(_) | Self::NotStored(_) => {
                self.failure().map(|failure| failure.to_string())
            }
        }
    }

    /// Why it failed; `None` where the answer is complete, or the user stopped the turn.
    #[must_use]
    pub fn failure(&self) -> Option<Failure> {
        match self {
            Self::NotSent(failure) => Some(failure.after_words("Not sent: ")),
            Self::Stored(report) => report.failure(),
            Self::NotStored(failure) => Some(failure.clone()),
            Self::Withdrawn => None,
        }
    }
}
