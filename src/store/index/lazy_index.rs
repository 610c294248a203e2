//! A table of contents that stays packed until more than a row or the list is needed.

use std::sync::OnceLock;

use crate::chat::{ConversationId, ConversationSummary};

use crate::store::index::contents::Index;
use crate::store::index::entry::IndexEntry;
use crate::store::index::packed::PackedIndex;

/// A table of contents.
#[derive(Debug)]
pub(crate) struct LazyIndex {
    packed: Option<PackedIndex>,
    index: OnceLock<Index>,
}

impl From<Index> for LazyIndex {
    fn from(index: Index) -> Self {
        Self { packed: None, index: index.into() }
    }
}

impl From<PackedIndex> for LazyIndex {
    fn from(packed: PackedIndex) -> Self {
        Self { packed: Some(packed), index: OnceLock::new() }
    }
}

impl LazyIndex {
    pub(crate) fn unpacked(&self) -> &Index {
        self.index.get_or_init(|| match &self.packed {
            Some(packed) => packed.unpack(),
            // One of the two is there from the beginning.
            None => Index { entries: Vec::new(), object: 0..0 },
        })
    }

    /// The table where it need not be taken apart.
    fn packed_only(&self) -> Option<&PackedIndex> {
        self.packed.as_ref().filter(|_| self.index.get().is_none())
    }

    /// The record of a conversation: the last, if its key is repeated.
    pub(crate) fn entry(&self, id: &ConversationId) -> Option<IndexEntry> {
        match self.packed_only() {
            Some(packed) => packed.entry(id),
            None => self.unpacked().entry(id).cloned(),
        }
    }

    /// The rows in file order, each conversation once.
    pub(crate) fn rows(&self) -> Vec<ConversationSummary> {
        self.packed_only().map_or_else(|| self.unpacked().rows(), PackedIndex::rows)
    }
}
