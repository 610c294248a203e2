//! The events of a turn.

use super::super::{AnswerOptions, ApprovalAnswer, Conversation, Failure, ReplyEvent};
use super::UnstoredCopy;

/// What happened to a turn: the caller reports it, and gets the steps to perform.
#[derive(Debug, Clone, PartialEq)]
pub enum TurnEvent {
    /// The user has asked the question.
    Begun,
    /// The server was checked: whether a question could be sent to it.
    ServerChecked(Result<(), Failure>),
    /// The question is on disk. Exactly this conversation is sent, even if the file changes meanwhile.
    QuestionAccepted {
        /// The conversation, with the question as its last message.
        conversation: Box<Conversation>,
        /// The options of the request.
        options: Box<AnswerOptions>,
    },
    /// The question could not be stored.
    QuestionNotStored(Failure),
    /// The HTTP client could not be created.
    ClientFailed(Failure),
    /// An event of the server's reply.
    Reply(ReplyEvent),
    /// The task that received the reply has ended without an ending; no more events follow.
    ReplyLost,
    /// The user allowed or refused the call that waits.
    ApprovalAnswered(ApprovalAnswer),
    /// The user ends the pause before the next attempt.
    RetryRequested,
    /// The user stops the answer.
    StopRequested,
    /// The program ends; background answers go on.
    LeaveRequested,
    /// The answer can no longer be printed, for example because a pipe was closed.
    OutputFailed,
    /// Time has passed; the current time comes with the event.
    TimePassed,
    /// The ending is stored, or the answer is recorded as left running.
    EndingStored,
    /// The ending could not be stored in the shared file.
    EndingNotStored(Failure),
    /// The ending could not be stored in the shared file yet; the store tries again.
    EndingDelayed {
        /// Why it could not be stored.
        failure: Failure,
        /// Where the answer is meanwhile.
        copy: UnstoredCopy,
    },
}
