//! One record of the shared file in its table of contents.

use std::io::Read;
use std::ops::Range;

use crate::chat::{ConversationId, ConversationSummary};

use super::super::json::decode_raw;
use super::super::json::stream::{Result, Stream};
use super::record::{self, MessageKeys};
use crate::store::json::parser;

/// One record of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IndexEntry {
    /// The key in the file.
    pub id: ConversationId,
    /// From the key's first quote to the end of the value.
    pub member: Range<usize>,
    /// The bytes of the value.
    pub value: Range<usize>,
    /// The row in the list.
    pub summary: ConversationSummary,
    /// Which keys its messages carry.
    pub message_keys: MessageKeys,
}

impl IndexEntry {
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

    /// Whether a text is one whole member with this record's key.
    #[must_use]
    pub fn is_key_of(&self, text: &str) -> bool {
        let mut stream = Stream::new(text.as_bytes(), text.len());
        let mut same_key = false;
        let read = parser::parse_member(&mut stream, &mut |stream, key| {
            same_key = decode_raw(key) == self.id.as_str();
            parser::skip_value(stream)
        });
        read.is_ok() && same_key && stream.position() == text.len()
    }
}

/// Reads one record; its key has just been read, and nothing but white space since.
pub(super) fn entry<R: Read>(stream: &mut Stream<R>, key: &[u8]) -> Result<IndexEntry> {
    let id = ConversationId::new(decode_raw(key));
    let key_start = stream.key_position();
    let start = stream.position();
    let (summary, keys) = record::scan(stream, &id)?;
    let value = start..stream.position();
    Ok(IndexEntry { id, member: key_start..value.end, value, summary, message_keys: keys })
}
