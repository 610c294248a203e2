//! Questions that are not stored yet, and queued ones.

use crate::chat::{AnswerOptions, Change, ConversationId, Draft, Fingerprint, Preset, TurnId};

/// A question that is asked and not stored yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnsavedQuestion {
    /// The turn that the store reports to.
    pub turn: TurnId,
    /// The conversation of the turn.
    pub conversation: ConversationId,
    /// The draft it came from; empty where a stored question is asked again.
    pub draft: Draft,
    /// Whether the conversation begins with this question: its draft is that of the new
    /// conversation.
    pub starts_conversation: bool,
    /// What stores it; empty where a stored question is asked again.
    pub changes: Vec<Change>,
    /// The stored question to ask again.
    pub existing_question: Option<Fingerprint>,
    /// The name of the server that will be asked; `None` for the one in use.
    pub server: Option<String>,
    /// What it is asked with in place of the options of the session.
    pub overrides: QuestionOverrides,
}

impl UnsavedQuestion {
    /// The conversation whose draft it was; `None` is the new one.
    #[must_use]
    pub fn draft_owner(&self) -> Option<ConversationId> {
        (!self.starts_conversation).then(|| self.conversation.clone())
    }
}

/// The model and the preset of one question.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QuestionOverrides {
    /// The model, also in place of the preset's.
    pub model: Option<String>,
    /// The preset in place of the session's; `None` leaves that.
    pub preset: Option<Preset>,
}

impl QuestionOverrides {
    /// Replaces what they name in the options of a question.
    pub fn apply_to(&self, options: &mut AnswerOptions) {
        if let Some(preset) = &self.preset {
            preset.apply_to(options);
        }
        if let Some(model) = &self.model {
            options.model.clone_from(model);
        }
    }
}

/// A question that waits for the answer before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedQuestion {
    /// The conversation to ask it in.
    pub conversation: ConversationId,
    /// What will be sent, as it was typed.
    pub text: String,
}
