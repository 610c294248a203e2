//! Reads records as text: whole, or without the earlier messages of a very long conversation.

use std::ops::Range;

use crate::chat::Readability;

use crate::store::engine::open_version::OpenVersion;
use crate::store::file::error::VersionError;
use crate::store::index::IndexEntry;
use crate::store::json::last_object_starts;
use crate::store::records::record_text::{Extent, Omitted, RecordText};

/// Shorter lists of messages are always read whole, in bytes: what is in them fits into the context of
/// some model.
const LONG_LIST_BYTES: usize = 16 * 1024 * 1024;

/// How much of the end of a long list is read at least, in bytes.
const END_BYTES: usize = 1024 * 1024;

impl OpenVersion {
    /// The text of a record's value, or the end of a very long one.
    pub(super) fn record_text(
        &self,
        entry: &IndexEntry,
        extent: Extent,
    ) -> Result<RecordText, VersionError> {
        let omitted = match extent {
            Extent::Whole => None,
            Extent::Last(messages) => self.find_omitted(entry, messages)?,
        };
        let end = entry.member.end;
        let skipped = omitted.as_ref().map_or(end..end, |(range, _)| range.clone());
        let key = entry.value.start.saturating_sub(entry.member.start);
        let member = self.member_without(entry, skipped)?;
        let text = without_key(member, key).ok_or(VersionError::Stale)?;
        Ok(match omitted {
            None => RecordText::from(text),
            Some((range, messages)) => {
                let at = range.start.saturating_sub(entry.value.start);
                let keys = entry.message_keys;
                RecordText::without(text, Omitted { at, range, messages, keys })
            }
        })
    }

    /// Where the earlier messages of a very long conversation are, and how many; `None` where it is
    /// read whole.
    fn find_omitted(
        &self,
        entry: &IndexEntry,
        messages: usize,
    ) -> Result<Option<(Range<usize>, usize)>, VersionError> {
        let summary = &entry.summary;
        let can_omit =
            summary.readability == Readability::Whole && summary.message_count > messages;
        let is_long = |list: &&Range<usize>| list.len() > LONG_LIST_BYTES;
        let Some(list) = entry.message_list.as_ref().filter(is_long).filter(|_| can_omit) else {
            return Ok(None);
        };
        let (start, end) = (list.start.saturating_add(1), list.end.saturating_sub(1));
        let mut size = END_BYTES;
        while size < list.len() {
            let from = end.saturating_sub(size);
            let tail = self.read_range(from..end)?;
            let starts = last_object_starts(&tail);
            if let Some(first) = starts.last().filter(|_| starts.len() >= messages) {
                let messages = summary.message_count.saturating_sub(starts.len());
                return Ok(Some((start..from.saturating_add(*first), messages)));
            }
            size = size.saturating_mul(2);
        }
        Ok(None)
    }
}

/// The value of a member; `key` is where it begins.
fn without_key(mut member: String, key: usize) -> Option<String> {
    member.is_char_boundary(key).then(|| {
        member.drain(..key);
        member
    })
}
