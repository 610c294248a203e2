//! What a turn wants done, as data, in the order in which it has to be done.
//! Must not say how: the window and the command line perform the same steps in different ways.

use super::super::{
    AnswerOptions, CapabilityUpdate, Conversation, Failure, ReplyEnding, ResponseId,
};
use super::{EndReport, TextDelta, TurnReport};

/// One thing to do.
#[derive(Debug, Clone, PartialEq)]
pub enum TurnStep {
    /// Send the question.
    Send {
        /// The conversation as it was when the question was accepted.
        conversation: Box<Conversation>,
        /// How to ask.
        options: Box<AnswerOptions>,
    },
    /// End the pause before the server is asked again.
    RetryNow,
    /// Write down what came of the answer, before anybody has read it.
    Journal(TextDelta),
    /// Note that the server finishes this response whatever happens here.
    RecordBackground {
        /// Its id.
        response_id: ResponseId,
        /// How it was asked for.
        options: Box<AnswerOptions>,
    },
    /// Remember something about the server for later questions.
    RecordCapability(CapabilityUpdate),
    /// Close the connection.
    Disconnect,
    /// Listen no more, but cancel the response as soon as it has an id to be cancelled by.
    CancelOnceIdentified,
    /// Cancel a response that closing the connection does not end.
    Cancel(ResponseId),
    /// Tell people something.
    Report(TurnReport),
    /// Store how the turn ended, and its answer where there is one.
    StoreEnding(Box<ReplyEnding>),
    /// End the turn here while its answer goes on at the server; what came of it is kept for whoever
    /// collects it.
    LeaveRunning(Box<ReplyEnding>),
    /// The turn is over.
    End(TurnOutcome),
}

/// What became of a turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TurnOutcome {
    /// The question could not be stored, so it was not sent.
    NotSent(Failure),
    /// How it ended is stored.
    Stored(EndReport),
    /// How it ended could not be stored in the shared file.
    NotStored(Failure),
}

impl TurnOutcome {
    /// What became of the turn, in words for people; `None` where the answer is whole and stored.
    #[must_use]
    pub fn sentence(&self) -> Option<String> {
        match self {
            Self::NotSent(failure) => Some(format!("Not sent: {failure}")),
            Self::Stored(report) => report.sentence(),
            Self::NotStored(failure) => Some(failure.to_string()),
        }
    }
}
