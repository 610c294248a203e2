//! The text that is open in the external editor.

use crate::chat::ConversationId;

/// A text that is open in the external editor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalEdit {
    /// What the text is, and so what becomes of the edited one.
    pub target: EditTarget,
    /// The text as the editor got it.
    pub text: String,
}

/// What is edited in the external editor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EditTarget {
    /// The next question in a conversation; `None` is the new one.
    Question(Option<ConversationId>),
    /// The instructions of the preset with this id, in its form.
    Preset(String),
}
