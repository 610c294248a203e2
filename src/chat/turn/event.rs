//! What can happen to a turn.
//! Must not say what should be done about it.

use super::super::{AnswerOptions, Conversation, Failure, ReplyEvent};

/// One event of a turn.
#[derive(Debug, Clone, PartialEq)]
pub enum TurnEvent {
    /// The question is on disk. Exactly this conversation is sent, however the file has changed since.
    QuestionAccepted {
        /// The conversation, the question last.
        conversation: Box<Conversation>,
        /// How to ask.
        options: Box<AnswerOptions>,
    },
    /// The question could not be stored.
    QuestionNotStored(Failure),
    /// There is no way to the server: the HTTP client could not be made.
    ClientFailed(Failure),
    /// The server said something.
    Reply(ReplyEvent),
    /// The user does not want to wait until the server is asked again.
    RetryRequested,
    /// The user wants no more of the answer.
    StopRequested,
    /// The program ends.
    LeaveRequested,
    /// What comes of the answer cannot be printed any more.
    OutputFailed,
    /// The clock has moved.
    TimePassed,
    /// The ending is stored, or its answer is left running.
    EndingStored,
    /// The ending could not be stored in the shared file.
    EndingNotStored(Failure),
}
