//! The list of files that completes a word, what is in the folder, and what keeps the list away.

use crate::app::fuzzy::FuzzyMatcher;

/// What is in a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FolderListing {
    /// Folders first, each kind in the order people look for names.
    pub entries: Vec<FolderEntry>,
    /// Whether there is more than was read.
    pub truncated: bool,
}

/// One thing in a folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderEntry {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: FolderEntryKind,
}

/// What stands in a folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FolderEntryKind {
    /// Another folder.
    Folder,
    /// A file.
    File,
}

/// The list, and what keeps it away.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CompletionState {
    /// The list, while it is open.
    pub list: Option<CompletionList>,
    /// The word whose list was closed by hand: where it begins.
    pub(in crate::app) dismissed_at: Option<usize>,
    /// The folder being read; one at a time, however slow the disk is.
    pub(in crate::app) loading_folder: Option<String>,
}

/// The list of files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletionList {
    /// Where the word begins.
    pub word_start: usize,
    /// The folder, as it is written.
    pub folder: String,
    /// What of a name is written behind it.
    pub typed: String,
    /// What is in the folder, once that is known.
    pub listing: Option<FolderListing>,
    /// Which entries fit, the best first.
    pub matches: Vec<usize>,
    /// Position of the cursor in `found`.
    pub selected: usize,
}

impl CompletionList {
    /// The entry under the cursor.
    #[must_use]
    pub fn selected_entry(&self) -> Option<&FolderEntry> {
        self.entry(self.selected)
    }

    /// An entry by its position among those that fit.
    #[must_use]
    pub fn entry(&self, place: usize) -> Option<&FolderEntry> {
        self.listing.as_ref()?.entries.get(*self.matches.get(place)?)
    }

    /// Works out which entries fit: folders first, hidden ones only where a dot asks for them.
    pub(in crate::app) fn update_matches(&mut self) {
        self.selected = 0;
        let entries = self.listing.as_ref().map_or(&[][..], |listing| &listing.entries);
        let hidden = self.typed.starts_with('.');
        let shown =
            entries.iter().enumerate().filter(|(_, it)| hidden || !it.name.starts_with('.'));
        // A space is part of a name here, and no second word.
        let mut fuzzy = FuzzyMatcher::new(&self.typed.replace(' ', "\\ "));
        let mut scored: Vec<_> = shown
            .filter_map(|(place, entry)| Some((entry.kind, fuzzy.score(&entry.name)?, place)))
            .collect();
        if !self.typed.is_empty() {
            scored.sort_by_key(|(kind, score, _)| (*kind, std::cmp::Reverse(*score)));
        }
        self.matches = scored.into_iter().map(|(_, _, place)| place).collect();
    }
}
