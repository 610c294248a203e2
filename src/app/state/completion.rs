//! State of the list that completes a mention.

use crate::app::commands::fuzzy::{self, FuzzyMatcher};

/// The contents of a folder.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FolderListing {
    /// Folders first, each kind in the usual order of names.
    pub entries: Vec<FolderEntry>,
    /// Whether the folder has more entries than the limit, which the list says below the others.
    pub truncated: bool,
}

/// A file or a folder that a mention can be completed with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderEntry {
    /// The file name without its folder.
    pub name: String,
    /// What the entry is; a folder is completed with a slash and listed next.
    pub kind: FolderEntryKind,
}

/// The kind of an entry; folders sort first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FolderEntryKind {
    /// A folder, whose contents complete the path further.
    Folder,
    /// A file, which may turn out not to be one that can be sent.
    File,
}

/// The list, and why it is closed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CompletionState {
    /// The list, while it is open.
    pub list: Option<CompletionList>,
    /// Start of the word whose list was closed with Esc.
    pub(in crate::app) dismissed_at: Option<usize>,
    /// The folder being read; one at a time, so that a slow disk gets no queue.
    pub(in crate::app) loading_folder: Option<String>,
}

/// The list of files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompletionList {
    /// Byte position of the word in the text.
    pub word_start: usize,
    /// The folder as it is written.
    pub folder: String,
    /// The typed start of the name.
    pub typed: String,
    /// The contents of the folder; `None` until they are read.
    pub listing: Option<FolderListing>,
    /// Positions of the matching entries, the best first.
    pub matches: Vec<usize>,
    /// Position of the cursor in `matches`.
    pub selected: usize,
}

impl CompletionList {
    /// The entry under the cursor.
    #[must_use]
    pub fn selected_entry(&self) -> Option<&FolderEntry> {
        self.entry(self.selected)
    }

    /// An entry by its position in `matches`.
    #[must_use]
    pub fn entry(&self, position: usize) -> Option<&FolderEntry> {
        self.listing.as_ref()?.entries.get(*self.matches.get(position)?)
    }

    /// Finds the matching entries: folders first, hidden ones only after a typed dot.
    pub(in crate::app) fn update_matches(&mut self) {
        self.selected = 0;
        let entries = self.listing.as_ref().map_or(&[][..], |listing| &listing.entries);
        let hidden = self.typed.starts_with('.');
        let shown =
            entries.iter().enumerate().filter(|(_, it)| hidden || !it.name.starts_with('.'));
        let named = shown.map(|(position, entry)| ((entry.kind, position), &*entry.name));
        let mut matching = fuzzy::best_first(FuzzyMatcher::of_name(&self.typed), named);
        matching.sort_by_key(|(kind, _)| *kind);
        self.matches = matching.into_iter().map(|(_, position)| position).collect();
    }
}
