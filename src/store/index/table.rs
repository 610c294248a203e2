//! The table of contents of a version, taken apart only when more is wanted than a row or the list.
//! May not say anything else packed than taken apart.

use std::sync::OnceLock;

use crate::chat::{ConversationId, Summary};

use super::contents::Index;
use super::entry::Entry;
use super::packed::Packed;

/// A table of contents.
#[derive(Debug)]
pub struct Table {
    packed: Option<Packed>,
    index: OnceLock<Index>,
}

impl From<Index> for Table {
    fn from(index: Index) -> Self {
        Self { packed: None, index: index.into() }
    }
}

impl From<Packed> for Table {
    fn from(packed: Packed) -> Self {
        Self { packed: Some(packed), index: OnceLock::new() }
    }
}

impl Table {
    /// All of it.
    #[must_use]
    pub fn index(&self) -> &Index {
        self.index.get_or_init(|| match &self.packed {
            Some(packed) => packed.index(),
            // One of the two is there from the beginning.
            None => Index { entries: Vec::new(), object: 0..0 },
        })
    }

    /// The table where it need not be taken apart.
    fn whole(&self) -> Option<&Packed> {
        self.packed.as_ref().filter(|_| self.index.get().is_none())
    }

    /// The record of a conversation: the last, where its key stands twice.
    #[must_use]
    pub fn entry(&self, id: &ConversationId) -> Option<Entry> {
        match self.whole() {
            Some(packed) => packed.entry(id),
            None => self.index().entry(id).cloned(),
        }
    }

    /// The rows in file order, each conversation once.
    #[must_use]
    pub fn rows(&self) -> Vec<Summary> {
        self.whole().map_or_else(|| self.index().rows(), Packed::rows)
    }
}
