//! Questions that are not stored yet, and queued ones.

use crate::chat::{ConversationId, Draft, TurnId};

/// A question that is being stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsavedQuestion {
    /// The turn that the store reports to.
    pub turn: TurnId,
    /// The draft it came from; empty where a stored question is asked again.
    pub draft: Draft,
    /// Whether it creates its conversation.
    pub starts_conversation: bool,
}

/// A question that waits for the answer before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedQuestion {
    /// The conversation to ask it in.
    pub conversation: ConversationId,
    /// The text of the question.
    pub text: String,
}
