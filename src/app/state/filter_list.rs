//! A list with a filter: what is typed, what matches it, and the cursor.

use crossterm::event::KeyEvent;

use crate::app::editor::{self, Editor, KeyHandling};
use crate::app::overlay::cursor;
use crate::settings::Keymap;

/// The filter over a list, and the cursor among what matches.
#[derive(Debug, Clone, Default)]
pub struct FilterList<M> {
    /// The filter being typed.
    pub editor: Editor,
    /// What matches the filter.
    pub matches: Vec<M>,
    /// Position of the cursor in `matches`.
    pub selected: usize,
}

/// What a key did to a list with a filter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::app) enum ListKey {
    /// The cursor moved.
    Moved,
    /// The text field used it: the matches have to be found again.
    Typed,
    /// It is no key of such a list.
    Ignored,
}

impl<M> FilterList<M> {
    /// An empty filter, which everything matches.
    #[must_use]
    pub(in crate::app) fn of(matches: Vec<M>) -> Self {
        Self { editor: Editor::default(), matches, selected: 0 }
    }

    /// What is under the cursor.
    #[must_use]
    pub fn selected(&self) -> Option<&M> {
        self.matches.get(self.selected)
    }

    /// Shows what matches now, with the cursor on the first.
    pub(in crate::app) fn set_matches(&mut self, matches: Vec<M>) {
        self.matches = matches;
        self.selected = 0;
    }

    /// Moves the cursor or edits the filter.
    pub(in crate::app) fn handle_key(&mut self, key: KeyEvent, keymap: &Keymap) -> ListKey {
        if let Some(to) = cursor::cursor_after_key(self.selected, self.matches.len(), key) {
            self.selected = to;
            return ListKey::Moved;
        }
        match editor::handle_key(&mut self.editor, keymap, key) {
            KeyHandling::Handled => ListKey::Typed,
            KeyHandling::Ignored => ListKey::Ignored,
        }
    }
}
