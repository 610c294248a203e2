//! One turn under way: a question, the answer growing, and where it stands.
//! May not measure time: `since` arrives with each step.

use super::{
    Activity, ConversationId, Failure, Manner, ResponseId, Run, Timestamp, ToolUse, TurnId,
};

/// Where a turn stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TurnPhase {
    /// The question is being written to disk; nothing has been sent.
    Storing,
    /// The user stopped it while its question was being written; it will not be sent.
    Stopping,
    /// The request is out and nothing has come back.
    Waiting,
    /// The server will be asked again after a pause; why.
    Retrying {
        /// Why.
        failure: Failure,
        /// When.
        until: Timestamp,
    },
    /// The model does something other than writing.
    Busy(Activity),
    /// The answer is coming in.
    Streaming,
    /// The answer has ended and is being written to disk.
    Keeping,
}

/// A question on its way to an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// Its id.
    pub id: TurnId,
    /// Where it belongs.
    pub conversation: ConversationId,
    /// When the question was sent.
    pub asked_at: Timestamp,
    /// Where it stands.
    pub phase: TurnPhase,
    /// What has come of the answer.
    pub answer: String,
    /// How often the answer was replaced instead of appended to; whoever cached its beginning
    /// must start over when this moves.
    pub rewrites: u32,
    /// What has come of the reasoning summary.
    pub reasoning: String,
    /// The tools used so far.
    pub tools: Vec<ToolUse>,
    /// The response's id, once the server named it.
    pub response_id: Option<ResponseId>,
    /// Whether the server goes on when the connection ends, once it said so.
    pub run: Run,
    /// The model that answers, once the server named it.
    pub model: Option<String>,
    /// How it was asked; unset until it is.
    pub manner: Option<Manner>,
    /// Pieces of the answer so far: about as many as tokens.
    pub pieces: u64,
    /// When the first piece came.
    pub first_piece_at: Option<Timestamp>,
}

impl Turn {
    /// A turn whose question is about to be stored.
    #[must_use]
    pub const fn new(id: TurnId, conversation: ConversationId, asked_at: Timestamp) -> Self {
        Self {
            id,
            conversation,
            asked_at,
            phase: TurnPhase::Storing,
            answer: String::new(),
            rewrites: 0,
            reasoning: String::new(),
            tools: Vec::new(),
            response_id: None,
            run: Run::Foreground,
            model: None,
            manner: None,
            pieces: 0,
            first_piece_at: None,
        }
    }
}
