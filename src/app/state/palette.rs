//! The command palette: what is typed and what fits.

use crate::app::editor::Editor;
use crate::app::slash_commands::{self, SlashCommand};

/// How the palette was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaletteOpenedBy {
    /// By its key.
    Key,
    /// By a slash where a message begins: what is no command belongs to the message.
    Slash,
}

/// The command palette.
#[derive(Debug, Clone)]
pub struct Palette {
    /// How it was opened.
    pub opened_by: PaletteOpenedBy,
    /// What is typed.
    pub editor: Editor,
    /// What fits, the best first.
    pub matches: Vec<SlashCommand>,
    /// Position of the cursor in `found`.
    pub selected: usize,
    /// How the cursor came there.
    pub selected_by: SelectedBy,
}

/// How the cursor came to where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SelectedBy {
    /// What is typed led there.
    Typing,
    /// The user moved it.
    Cursor,
}

impl Palette {
    /// What is typed.
    #[must_use]
    pub fn typed(&self) -> String {
        self.editor.text().to_owned()
    }

    /// The words behind the name of a command that takes some.
    #[must_use]
    pub fn argument(&self) -> Option<String> {
        let typed = self.typed();
        let (name, words) = typed.split_once(' ')?;
        slash_commands::find_by_name(name)?.argument?;
        Some(words.trim().to_owned())
    }
}
