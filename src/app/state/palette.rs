//! State of the command palette.

use std::sync::Arc;

use crate::app::commands::palette_entry::{self, PaletteEntry};

use super::filter_list::FilterList;
use super::templates::TemplateEntry;

/// How the palette was opened, which decides what a text without a match is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaletteOpenedBy {
    /// By its key: what is typed is only a filter.
    Key,
    /// By a slash at the start of a message: text that is no command belongs to the message.
    Slash,
}

/// The filter over the commands, and the cursor among the matches.
#[derive(Debug, Clone)]
pub struct Palette {
    /// A key, or a slash in the composer.
    pub opened_by: PaletteOpenedBy,
    /// The templates that are offered among the commands.
    pub templates: Arc<[TemplateEntry]>,
    /// What is offered.
    pub scope: PaletteScope,
    /// What matches, the best first.
    pub list: FilterList<PaletteEntry>,
    /// What moved the cursor there.
    pub selected_by: SelectedBy,
}

/// What a palette offers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PaletteScope {
    /// Commands and templates.
    Everything,
    /// The user's templates and the prompts of MCP servers, without commands.
    Templates,
}

/// What moved the cursor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SelectedBy {
    /// The filter: the best match is selected.
    Typing,
    /// The user, with the arrow keys.
    Cursor,
}

impl Palette {
    /// What was typed, without the slash.
    #[must_use]
    pub fn typed(&self) -> String {
        self.list.editor.text().to_owned()
    }

    /// The argument after the name of what takes one.
    #[must_use]
    pub fn argument(&self) -> Option<String> {
        let typed = self.typed();
        let (name, words) = typed.split_once(' ')?;
        let entry = palette_entry::find_by_name(name, &self.templates)?;
        entry.takes_argument().then(|| words.trim().to_owned())
    }
}
