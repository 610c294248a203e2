//! What is looked for in the conversation on screen, and where it occurs.

use crate::app::casefold;
use crate::app::editor::Editor;
use crate::chat::Timestamp;

/// What is looked for in the conversation on screen.
#[derive(Debug, Clone, Default)]
pub struct SearchBar {
    /// What is typed.
    pub editor: Editor,
    /// Whether keys go to it.
    pub typing: bool,
    /// Where it occurs: a message, and the how-manyth time in it.
    pub matches: Vec<(usize, usize)>,
    /// Which of them is shown.
    pub current: usize,
    /// When a growing answer was counted last.
    pub counted_at: Option<Timestamp>,
}

impl SearchBar {
    /// What is looked for, in the form it is compared in.
    #[must_use]
    pub fn needle(&self) -> String {
        casefold::casefold(self.editor.text())
    }

    /// The place shown.
    #[must_use]
    pub fn current_match(&self) -> Option<(usize, usize)> {
        self.matches.get(self.current).copied()
    }
}
