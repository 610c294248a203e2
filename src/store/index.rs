//! The table of contents of the shared file: every record with its byte range and its row.
//! May not read files; it works on text.

use std::ops::Range;

use crate::chat::{ConversationId, Summary};

use super::json::{ScanError, decode_string, members, value_at};
use super::read::{self, MessageKeys};

/// One record of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key in the file.
    pub id: ConversationId,
    /// From the key's first quote to the end of the value.
    pub member: Range<usize>,
    /// The value.
    pub value: Range<usize>,
    /// The row in the list.
    pub summary: Summary,
    /// Which keys its messages carry.
    pub keys: MessageKeys,
}

/// Every record of one version of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Index {
    /// In file order; where a key stands twice, the record that counts is the last.
    pub entries: Vec<Entry>,
    /// The object that holds them all.
    pub object: Range<usize>,
}

/// Why a text has no table of contents.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexError {
    /// It is not JSON.
    NotJson(ScanError),
    /// It is JSON, but no object.
    NotAnObject,
}

impl Index {
    /// Reads the table of contents of a whole file.
    ///
    /// # Errors
    /// When the text is not one JSON object.
    pub fn of(text: &str) -> Result<Self, IndexError> {
        let object = value_at(text, 0..text.len()).map_err(IndexError::NotJson)?;
        if !text.get(object.clone()).is_some_and(|it| it.starts_with('{')) {
            return Err(IndexError::NotAnObject);
        }
        let found = members(text, object.clone()).map_err(IndexError::NotJson)?;
        let entries = found
            .into_iter()
            .map(|member| {
                let key = text.get(member.key.clone()).unwrap_or_default();
                let id = ConversationId::new(decode_string(key));
                let (summary, keys) = read::summary(text, id.clone(), member.value.clone());
                let whole = member.key.start..member.value.end;
                Entry { id, member: whole, value: member.value, summary, keys }
            })
            .collect();
        Ok(Self { entries, object })
    }

    /// The record of a conversation: the last, where its key stands twice.
    #[must_use]
    pub fn entry(&self, id: &ConversationId) -> Option<&Entry> {
        self.entries.iter().rev().find(|entry| entry.id == *id)
    }

    /// The rows in file order, each conversation once.
    #[must_use]
    pub fn rows(&self) -> Vec<Summary> {
        let mut seen = std::collections::HashSet::new();
        let mut rows: Vec<Summary> = self
            .entries
            .iter()
            .rev()
            .filter(|entry| seen.insert(&entry.id))
            .map(|entry| entry.summary.clone())
            .collect();
        rows.reverse();
        rows
    }

    /// Whether the file has messages and every one of them carries only the four keys of 2025.
    #[must_use]
    pub fn has_only_four_keys(&self) -> bool {
        self.entries.iter().any(|entry| entry.keys == MessageKeys::Four)
            && self.entries.iter().all(|entry| entry.keys != MessageKeys::More)
    }
}
