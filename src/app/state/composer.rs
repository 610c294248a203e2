//! The text being written, what stands in for it, and what the user's own editor has of it.

use crate::app::editor::Editor;
use crate::chat::{ConversationId, Draft, Fingerprint, Timestamp};

/// The text being written.
#[derive(Debug, Clone, Default)]
pub struct Composer {
    /// The editor: text, caret, selection, undo.
    pub editor: Editor,
    /// The earlier question that is being edited, if one is.
    pub edited_question: Option<Fingerprint>,
    /// An earlier prompt that stands in for what is being written.
    pub recall: Option<PromptRecall>,
    /// The editor's revision that was last written down.
    pub saved_revision: u64,
    /// The text as it was when its mentions of files were last looked at.
    pub mentions_revision: Option<u64>,
    /// Since when there is something to write down.
    pub unsaved_since: Option<Timestamp>,
}

impl Composer {
    /// A composer holding a draft, the caret at its end.
    #[must_use]
    pub fn with_draft(draft: impl Into<Draft>) -> Self {
        let Draft { text, edits } = draft.into();
        Self { editor: Editor::with_text(text), edited_question: edits, ..Self::default() }
    }

    /// The text as it would be sent.
    #[must_use]
    pub fn text(&self) -> String {
        self.editor.text().to_owned()
    }

    /// Whether there is nothing at all.
    #[must_use]
    pub const fn text_is_empty(&self) -> bool {
        self.editor.is_empty()
    }

    /// Whether there is nothing but white space.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.editor.text().trim().is_empty()
    }
}

/// An earlier prompt in the composer, as long as nobody edits it.
#[derive(Debug, Clone)]
pub struct PromptRecall {
    /// What can be called back, the latest first.
    pub(in crate::app) prompts: Vec<String>,
    /// Which of them is in the composer.
    pub(in crate::app) index: usize,
    /// What was being written before.
    pub(in crate::app) own_text: String,
    /// The editor's revision that holds the prompt unedited.
    pub(in crate::app) revision: u64,
}

impl PromptRecall {
    /// Whether the prompt is in the composer as it was called back.
    #[must_use]
    pub fn is_unedited(&self, composer: &Composer) -> bool {
        self.revision == composer.editor.revision()
    }
}

/// A text that the user's own editor has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExternalEdit {
    /// Whose it is; `None` is the new conversation.
    pub conversation: Option<ConversationId>,
    /// As it was lent.
    pub text: String,
}
