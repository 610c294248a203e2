//! Keys of a list with a filter: they move the cursor or edit the filter.

use crossterm::event::KeyEvent;

use crate::app::FilterList;
use crate::app::editor::{self, KeyHandling};
use crate::settings::Keymap;

use super::cursor;

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
