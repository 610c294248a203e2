//! State of the composer: text, recalled prompt.

use crate::app::editor::{Editor, Vim};
use crate::chat::{Draft, Fingerprint, Timestamp};

/// The text of the next question, and where it came from.
#[derive(Debug, Clone, Default)]
pub struct Composer {
    /// The text with caret, selection and undo.
    pub editor: Editor,
    /// The vim keys, where they are wanted.
    pub vim: Option<Vim>,
    /// The question being edited; `None` for a new one.
    pub edited_question: Option<Fingerprint>,
    /// The recalled prompt, where one is in the editor.
    pub recall: Option<PromptRecall>,
    /// The revision of the text that was saved last.
    pub saved_revision: u64,
    /// The revision whose mentions were inspected last.
    pub mentions_revision: Option<u64>,
    /// Since when there are unsaved changes.
    pub unsaved_since: Option<Timestamp>,
}

impl Composer {
    /// A composer with a draft, the caret at its end.
    #[must_use]
    pub fn with_draft(draft: impl Into<Draft>) -> Self {
        let Draft { text, edits } = draft.into();
        Self { editor: Editor::with_text(text), edited_question: edits, ..Self::default() }
    }

    /// Starts over with a draft. What was cut can still be inserted.
    pub fn reset(&mut self, draft: impl Into<Draft>) {
        let mut next = Self::with_draft(draft);
        next.editor.inherit_cuts(&mut self.editor);
        next.vim = self.vim.take();
        if let Some(vim) = &mut next.vim {
            vim.start_over();
        }
        *self = next;
    }

    /// The text as it would be sent.
    #[must_use]
    pub fn text(&self) -> String {
        self.editor.text().to_owned()
    }

    /// Returns `true` where not even white space was typed.
    #[must_use]
    pub const fn text_is_empty(&self) -> bool {
        self.editor.is_empty()
    }

    /// Returns `true` where there is nothing to send.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.editor.text().trim().is_empty()
    }
}

/// A prompt from the history in the editor, until it is edited.
#[derive(Debug, Clone)]
pub struct PromptRecall {
    /// The prompts to recall, the latest first.
    pub(in crate::app) prompts: Vec<String>,
    /// Position of the recalled one in `prompts`.
    pub(in crate::app) index: usize,
    /// The text that was being written before.
    pub(in crate::app) own_text: String,
    /// The revision of the editor with the unedited prompt.
    pub(in crate::app) revision: u64,
}

impl PromptRecall {
    /// Returns `true` while another prompt may take the place of the recalled one.
    #[must_use]
    pub fn is_unedited(&self, composer: &Composer) -> bool {
        self.revision == composer.editor.revision()
    }
}
