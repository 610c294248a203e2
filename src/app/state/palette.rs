//! The command palette: what is typed and what fits.

use crate::app::editor::Editor;
use crate::app::slash::{self, Command};

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
    pub by: PaletteOpenedBy,
    /// What is typed.
    pub editor: Editor,
    /// What fits, the best first.
    pub found: Vec<Command>,
    /// Position of the cursor in `found`.
    pub selected: usize,
    /// How the cursor came there.
    pub chosen: ChosenBy,
}

/// How the cursor came to where it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChosenBy {
    /// What is typed led there.
    Letters,
    /// The user moved it.
    Hand,
}

impl Palette {
    /// What is typed.
    #[must_use]
    pub fn typed(&self) -> String {
        self.editor.text().to_owned()
    }

    /// The words behind the name of a command that takes some.
    #[must_use]
    pub fn words(&self) -> Option<String> {
        let typed = self.typed();
        let (name, words) = typed.split_once(' ')?;
        slash::named(name)?.words?;
        Some(words.trim().to_owned())
    }
}
