//! Questions that are not where they are to be yet: on their way to the disk, or waiting.

use crate::chat::{ConversationId, Draft, TurnId};

/// A question that is not on disk yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsavedQuestion {
    /// Its turn.
    pub turn: TurnId,
    /// What was typed; empty where a stored question is asked again.
    pub draft: Draft,
    /// Whether its conversation is new with it.
    pub starts_conversation: bool,
}

/// A question that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedQuestion {
    /// Where it will be asked.
    pub conversation: ConversationId,
    /// Its text.
    pub text: String,
}
