//! The state machine of a turn: a question, its answer, and everything done in between. The window,
//! `ask`, `--plain` and the collection of background answers feed it events and perform its steps.

mod event;
mod partial_answer;
mod phase;
mod report;
mod step;
mod transition;
mod unstored;

#[cfg(test)]
mod step_words;
#[cfg(test)]
mod tests;

pub use event::TurnEvent;
pub use partial_answer::TextDelta;
pub use phase::TurnPhase;
pub use report::{EndReport, TurnReport};
pub use step::{ServerStep, StoreStep, TurnOutcome, TurnStep};
pub use unstored::{UnstoredCopy, UnstoredEnding};

use super::{
    AnswerOptions, BackgroundAnswer, ConversationId, ExecutionMode, ResponseId, Timestamp, ToolUse,
    TurnId,
};
use partial_answer::PartialAnswer;

/// The state of one turn. Only [`Turn::handle`] changes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The id that every message about the turn carries.
    pub id: TurnId,
    /// The conversation the question belongs to.
    pub conversation: ConversationId,
    phase: TurnPhase,
    asked_at: Timestamp,
    answer: PartialAnswer,
    reasoning: String,
    tools: Vec<ToolUse>,
    response_id: Option<ResponseId>,
    mode: ExecutionMode,
    /// The response recorded as a background answer.
    recorded_response_id: Option<ResponseId>,
    model: Option<String>,
    options: Option<AnswerOptions>,
    delta_count: u64,
    first_delta_at: Option<Timestamp>,
}

impl Turn {
    /// Creates a turn for a question that is about to be asked.
    #[must_use]
    pub const fn new(id: TurnId, conversation: ConversationId, asked_at: Timestamp) -> Self {
        Self {
            id,
            conversation,
            phase: TurnPhase::CheckingServer,
            asked_at,
            answer: PartialAnswer::new(),
            reasoning: String::new(),
            tools: Vec::new(),
            response_id: None,
            mode: ExecutionMode::Foreground,
            recorded_response_id: None,
            model: None,
            options: None,
            delta_count: 0,
            first_delta_at: None,
        }
    }

    /// Creates a turn from a background answer of an earlier run.
    #[must_use]
    pub fn resume(running: BackgroundAnswer) -> Self {
        let options = AnswerOptions {
            preset: running.preset,
            effort: running.effort,
            server: running.server,
            mode: ExecutionMode::Background,
            ..AnswerOptions::of(running.model)
        };
        Self {
            phase: TurnPhase::Waiting,
            answer: PartialAnswer::resume(running.partial_text),
            response_id: Some(running.response_id.clone()),
            mode: ExecutionMode::Background,
            recorded_response_id: Some(running.response_id),
            options: Some(options),
            ..Self::new(running.turn, running.conversation, running.asked_at)
        }
    }

    /// The phase it is in, for the status line and its caller.
    #[must_use]
    pub const fn phase(&self) -> &TurnPhase {
        &self.phase
    }

    /// When the question was sent, or typed while it is not sent yet.
    #[must_use]
    pub const fn asked_at(&self) -> Timestamp {
        self.asked_at
    }

    /// The text of the answer received so far.
    #[must_use]
    pub fn answer(&self) -> &str {
        self.answer.text()
    }

    /// How often the answer was replaced instead of appended to. A cache of its start is invalid once
    /// this changes.
    #[must_use]
    pub const fn rewrites(&self) -> u32 {
        self.answer.rewrites()
    }

    /// The reasoning summary received so far.
    #[must_use]
    pub fn reasoning(&self) -> &str {
        &self.reasoning
    }

    /// The tools used so far.
    #[must_use]
    pub fn tools(&self) -> &[ToolUse] {
        &self.tools
    }

    /// The model that answers; `None` until the server names it.
    #[must_use]
    pub fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    /// The options of the request; `None` until it is sent.
    #[must_use]
    pub const fn options(&self) -> Option<&AnswerOptions> {
        self.options.as_ref()
    }

    /// The number of deltas received, about as many as tokens.
    #[must_use]
    pub const fn delta_count(&self) -> u64 {
        self.delta_count
    }

    /// When the first delta of the answer was received.
    #[must_use]
    pub const fn first_delta_at(&self) -> Option<Timestamp> {
        self.first_delta_at
    }

    /// The ending that could not be stored yet; `None` in every other phase.
    #[must_use]
    pub fn unstored(&self) -> Option<&UnstoredEnding> {
        match &self.phase {
            TurnPhase::Unstored(unstored) => Some(unstored),
            _ => None,
        }
    }

    /// Tells whether the server finishes the answer when the connection is closed.
    #[must_use]
    pub fn is_continued_by_server(&self) -> bool {
        let background = self.mode == ExecutionMode::Background && self.response_id.is_some();
        background && self.phase.is_listening()
    }
}
