//! One turn: a question, the answer to it, and everything that has to be done on the way. The window,
//! `ask`, `--plain` and the collection of background answers feed it events and perform its steps.
//! Must not do I/O or read a clock: what it knows of the world arrives with events.

mod event;
mod partial_answer;
mod phase;
mod report;
mod step;
mod transition;

#[cfg(test)]
mod tests;

pub use event::TurnEvent;
pub use partial_answer::TextDelta;
pub use phase::TurnPhase;
pub use report::{EndReport, TurnReport};
pub use step::{TurnOutcome, TurnStep};

use super::{
    AnswerOptions, BackgroundAnswer, ConversationId, ExecutionMode, ResponseId, Timestamp, ToolUse,
    TurnId,
};
use partial_answer::PartialAnswer;

/// The state of one turn. Only [`Turn::take`] changes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Turn {
    /// The turn's id: every message about it carries it.
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
    /// The response that is on record as one to be collected later.
    recorded_response_id: Option<ResponseId>,
    model: Option<String>,
    options: Option<AnswerOptions>,
    delta_count: u64,
    first_delta_at: Option<Timestamp>,
}

impl Turn {
    /// A turn whose question is about to be stored.
    #[must_use]
    pub const fn new(id: TurnId, conversation: ConversationId, asked_at: Timestamp) -> Self {
        Self {
            id,
            conversation,
            phase: TurnPhase::StoringQuestion,
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

    /// A turn of an earlier run whose answer was left running at its server.
    #[must_use]
    pub fn resume(running: BackgroundAnswer) -> Self {
        let options = AnswerOptions {
            preset: running.preset,
            effort: running.effort,
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

    /// Where the turn stands.
    #[must_use]
    pub const fn phase(&self) -> &TurnPhase {
        &self.phase
    }

    /// When the question was sent; when it was typed, as long as it was not.
    #[must_use]
    pub const fn asked_at(&self) -> Timestamp {
        self.asked_at
    }

    /// The answer so far.
    #[must_use]
    pub fn answer(&self) -> &str {
        self.answer.text()
    }

    /// How often the answer was replaced instead of appended to. Whoever caches its beginning must
    /// start over when this moves.
    #[must_use]
    pub const fn rewrites(&self) -> u32 {
        self.answer.rewrites()
    }

    /// The reasoning summary so far.
    #[must_use]
    pub fn reasoning(&self) -> &str {
        &self.reasoning
    }

    /// The tools used so far.
    #[must_use]
    pub fn tools(&self) -> &[ToolUse] {
        &self.tools
    }

    /// The model that answers, once the server named it.
    #[must_use]
    pub fn model(&self) -> Option<&str> {
        self.model.as_deref()
    }

    /// How the question was asked; `None` until it was.
    #[must_use]
    pub const fn options(&self) -> Option<&AnswerOptions> {
        self.options.as_ref()
    }

    /// Pieces of the answer so far: about as many as tokens.
    #[must_use]
    pub const fn pieces(&self) -> u64 {
        self.delta_count
    }

    /// When the first piece of the answer came.
    #[must_use]
    pub const fn first_piece_at(&self) -> Option<Timestamp> {
        self.first_delta_at
    }

    /// Whether the server finishes the answer though nobody listens to it any more.
    #[must_use]
    pub fn is_continued_by_server(&self) -> bool {
        let background = self.mode == ExecutionMode::Background && self.response_id.is_some();
        background && self.phase.is_listening()
    }
}
