//! A list with a filter: what is typed, what matches it, and the cursor.

use crate::app::editor::Editor;

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
}
