//! What a model's reply says, event by event, whatever server and transport it came from.
//! May not know HTTP or the names of wire events.

use std::time::Duration;

use super::{AnswerStats, CapabilityUpdate, ExecutionMode, Failure, ResponseId, ToolUse};

/// One step of a reply. After `Ended` nothing follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplyEvent {
    /// The server took the request.
    Accepted {
        /// The response's id; not good to chain from before the reply is completed.
        response_id: Option<ResponseId>,
        /// The model that answers, as the server names it.
        model: Option<String>,
        /// Whether the server goes on when the connection ends, as it says itself.
        mode: ExecutionMode,
    },
    /// More of the answer.
    TextAppended(String),
    /// The whole answer so far: what was shown before was wrong.
    TextReplaced(String),
    /// More of the reasoning summary.
    ReasoningAppended(String),
    /// The model is doing something other than writing.
    Activity(ModelActivity),
    /// A tool was used and its result goes back to the model.
    ToolUsed(Box<ToolUse>),
    /// Nothing came yet and the request will be sent again after a pause.
    Retrying {
        /// Which try comes next; the first request is 1.
        attempt: u32,
        /// How long the pause is.
        after: Duration,
        /// Why.
        failure: Failure,
    },
    /// The question was asked without the effort the user wished: the server does not take it.
    EffortOmitted,
    /// Something was learned about the server that holds for later questions too.
    CapabilityLearned(CapabilityUpdate),
    /// Something was done differently from what was asked, in one line for people.
    Notice(String),
    /// The reply is over.
    Ended(Box<ReplyEnding>),
}

/// What the model does while it does not write.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelActivity {
    /// It thinks.
    Reasoning,
    /// It searches the web; the query once it is known.
    WebSearch {
        /// What it searches for.
        query: Option<String>,
    },
    /// It calls a tool.
    ToolCall {
        /// The tool's name.
        name: String,
    },
    /// It thinks about what a tool gave.
    ToolUsed {
        /// The call and its result in one line.
        line: String,
    },
}

/// How a reply ended, and all that is known of it then.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyEnding {
    /// Whether the answer is whole.
    pub outcome: ReplyOutcome,
    /// The whole text; where it differs from the sum of the deltas, this one is right.
    pub text: String,
    /// The response's id as the final event gave it.
    pub response_id: Option<ResponseId>,
    /// The model that answered.
    pub model: Option<String>,
    /// Tokens, time and money.
    pub stats: AnswerStats,
    /// Reasoning, searches and tool calls in the web app's JSON shape (one raw object).
    pub reasoning_data: Option<String>,
    /// The preset it was asked with.
    pub preset: Option<String>,
    /// The effort it was asked with.
    pub effort: Option<String>,
}

impl ReplyEnding {
    /// An ending of which nothing but this is known.
    #[must_use]
    pub fn with_text(outcome: ReplyOutcome, text: impl Into<String>) -> Self {
        Self {
            outcome,
            text: text.into(),
            response_id: None,
            model: None,
            stats: AnswerStats::default(),
            reasoning_data: None,
            preset: None,
            effort: None,
        }
    }
}

/// Whether an answer is whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplyOutcome {
    /// The server said it is complete; only this one may be chained from.
    Completed,
    /// The server ended it early; the reason in one sentence for people.
    Incomplete(String),
    /// The user stopped it.
    Stopped,
    /// The connection ended before the server said so.
    Interrupted(Failure),
    /// The server finishes the answer alone, and it is collected later. Without a failure the program
    /// left it there; with one, the server is out of reach.
    LeftRunning(Option<Failure>),
    /// The server failed, or never answered.
    Failed(Failure),
}
