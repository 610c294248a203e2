//! One record of the shared file in its table of contents.

use std::io::Read;
use std::ops::Range;

use crate::chat::{ConversationId, ConversationSummary};

use super::super::json::decode_raw;
use super::super::json::stream::{Result, Stream};
use super::record::{self, MessageKeys, RecordOutline};
use crate::store::json::parser;

/// One record of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexEntry {
    /// From the key's first quote to the end of the value.
    pub member: Range<usize>,
    /// The bytes of the value.
    pub value: Range<usize>,
    /// The row in the list.
    pub summary: ConversationSummary,
    /// Which keys its messages carry.
    pub message_keys: MessageKeys,
    /// The list of its messages, brackets included; `None` where it has none.
    pub message_list: Option<Range<usize>>,
}

impl IndexEntry {
    /// The key in the file.
    #[must_use]
    pub const fn id(&self) -> &ConversationId {
        &self.summary.id
    }

    /// The entry of a text that is one member and nothing else, as if that were the whole file.
    #[must_use]
    pub fn of_member(text: &str) -> Option<Self> {
        let mut stream = Stream::new(text.as_bytes(), text.len());
        let mut found = None;
        let read = parser::parse_member(&mut stream, &mut |stream, key| {
            found = Some(entry(stream, key)?);
            Ok(())
        });
        read.ok().and(found).filter(|_| stream.position() == text.len())
    }

    /// The same entry where what is at one position now is at another.
    #[must_use]
    pub fn moved(&self, from: usize, to: usize) -> Self {
        let at = |position: usize| position.saturating_sub(from).saturating_add(to);
        let moved = |range: &Range<usize>| at(range.start)..at(range.end);
        Self {
            member: moved(&self.member),
            value: moved(&self.value),
            message_list: self.message_list.as_ref().map(moved),
            ..self.clone()
        }
    }

    /// Whether a text is one whole member with this record's key.
    #[must_use]
    pub fn is_key_of(&self, text: &str) -> bool {
        Self::of_member(text).is_some_and(|found| found.id() == self.id())
    }
}

/// Reads one record; its key has just been read, and nothing but white space since.
pub(super) fn entry<R: Read>(stream: &mut Stream<R>, key: &[u8]) -> Result<IndexEntry> {
    let id = ConversationId::new(decode_raw(key));
    let key_start = stream.key_position();
    let start = stream.position();
    let RecordOutline { summary, message_keys, message_list } = record::scan(stream, &id)?;
    let value = start..stream.position();
    let member = key_start..value.end;
    Ok(IndexEntry { member, value, summary, message_keys, message_list })
}
