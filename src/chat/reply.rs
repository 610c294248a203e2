//! The events of a model's reply, independent of the server and of the names of wire events.

use std::time::Duration;

use super::{
    AnswerServer, AnswerStats, CapabilityUpdate, ExecutionMode, Failure, ResponseId, ToolRequest,
    ToolUse,
};

/// One event of a reply. `Ended` is the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplyEvent {
    /// The server accepted the request.
    Accepted {
        /// The id of the response; must not be chained from before the reply is completed.
        response_id: Option<ResponseId>,
        /// The model, as the server names it.
        model: Option<String>,
        /// Whether the server finishes the answer without a connection, by its own word.
        mode: ExecutionMode,
    },
    /// Adds text to the answer.
    TextAppended(String),
    /// Replaces the answer so far, which was wrong.
    TextReplaced(String),
    /// Adds text to the reasoning summary.
    ReasoningAppended(String),
    /// The model is doing something other than writing.
    Activity(ModelActivity),
    /// A call waits until the user allows or refuses it.
    ApprovalNeeded(Box<ToolRequest>),
    /// A tool ran, and its result is sent to the model.
    ToolUsed(Box<ToolUse>),
    /// The request failed before any output and is repeated after a pause.
    Retrying {
        /// The number of the next attempt; the first request is 1.
        attempt: u32,
        /// The length of the pause.
        after: Duration,
        /// Why the attempt failed.
        failure: Failure,
    },
    /// The request was repeated without the reasoning effort, which the server rejects.
    EffortOmitted,
    /// A fact about the server that holds for later questions too.
    CapabilityLearned(CapabilityUpdate),
    /// The request was changed; says how, in one line for people.
    Notice(String),
    /// The last event: how the reply ended, and everything to be stored of it.
    Ended(Box<ReplyEnding>),
}

/// What the model does while it writes no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ModelActivity {
    /// It reasons before it answers.
    Reasoning,
    /// The web search tool of the server is running.
    WebSearch {
        /// The query, once it is known.
        query: Option<String>,
    },
    /// The program starts a server of tools.
    ServerStart {
        /// The name of the server.
        name: String,
    },
    /// The result of a function or of a tool of another program is awaited.
    ToolCall {
        /// The name of the tool.
        name: String,
    },
    /// It reasons about the result of a tool.
    ToolUsed {
        /// The call and its result in one line.
        line: String,
    },
}

/// How a reply ended, with everything known about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyEnding {
    /// Whether the answer is complete, and if not, why.
    pub outcome: ReplyOutcome,
    /// The whole text, authoritative where it differs from the deltas.
    pub text: String,
    /// The id of the response in the final event.
    pub response_id: Option<ResponseId>,
    /// The model that answered, as the server named it.
    pub model: Option<String>,
    /// Tokens, time and cost.
    pub stats: AnswerStats,
    /// Reasoning, searches and tool calls in the web app's JSON shape: one raw object.
    pub reasoning_data: Option<String>,
    /// The id of the preset it was requested with.
    pub preset: Option<String>,
    /// The reasoning effort it was requested with.
    pub effort: Option<String>,
    /// The server it was requested from.
    pub server: Option<AnswerServer>,
}

impl ReplyEnding {
    /// Creates an ending with only an outcome and a text.
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
            server: None,
        }
    }
}

/// How the server or the user ended an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReplyOutcome {
    /// The server reported completion. Only such an answer may be chained from.
    Completed,
    /// The server ended it early. Holds the reason in one sentence for people.
    Incomplete(String),
    /// The user ended it before the server did.
    Stopped,
    /// The connection ended before a final event.
    Interrupted(Failure),
    /// The server finishes the answer, which is collected later. Holds a failure where the server is
    /// unreachable; without one the program stopped listening.
    LeftRunning(Option<Failure>),
    /// The server failed or never answered.
    Failed(Failure),
}
