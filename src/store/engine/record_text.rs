//! Reads records as text: whole, or without the earlier messages of a very long conversation.

use std::io::{self, ErrorKind};
use std::ops::Range;

use crate::chat::{ChainState, Conversation, Message, Readability};

use crate::store::engine::Store;
use crate::store::engine::open_version::OpenVersion;
use crate::store::file::error::VersionError;
use crate::store::file::store_paths::StorePaths;
use crate::store::index::IndexEntry;
use crate::store::json::last_object_starts;
use crate::store::records::record_text::{Extent, Omitted, RecordText};

/// Shorter lists of messages are always read whole, in bytes: what is in them fits into the context of
/// some model.
const LONG_LIST_BYTES: usize = 16 * 1024 * 1024;

/// How much of the end of a long list is read at least, in bytes.
const END_BYTES: usize = 1024 * 1024;

impl Store {
    /// The whole of a conversation of which the end was read before, up to its last message then. It
    /// needs no open store.
    ///
    /// # Errors
    /// When the file cannot be read, or does not have that message any more.
    pub fn whole_conversation(paths: &StorePaths, end: &Conversation) -> io::Result<Conversation> {
        let version = OpenVersion::from_file(&paths.chats_file())?;
        let entry = version.index.entry(&end.id).ok_or(ErrorKind::NotFound)?;
        let mut whole = version.conversation(&entry)?;
        let is_last = |message: &Message| end.messages.last().is_some_and(|it| it.is_same(message));
        let last = whole.messages.iter().rposition(is_last).ok_or(ErrorKind::NotFound)?;
        whole.messages.truncate(last.saturating_add(1));
        whole.chain = match &end.chain {
            ChainState::Partial(outside) => {
                let earlier = whole.messages.len().saturating_sub(end.messages.len());
                ChainState::Partial(outside.iter().map(|at| at.saturating_add(earlier)).collect())
            }
            other => other.clone(),
        };
        Ok(whole)
    }

    /// The text of a record's value, or the end of a very long one.
    pub(super) fn record_text(
        &self,
        version: &OpenVersion,
        entry: &IndexEntry,
        extent: Extent,
    ) -> Result<RecordText, VersionError> {
        let omitted = match extent {
            Extent::Whole => None,
            Extent::Last(messages) => self.find_omitted(version, entry, messages)?,
        };
        let end = entry.member.end;
        let skipped = omitted.as_ref().map_or(end..end, |(range, _)| range.clone());
        let key = entry.value.start.saturating_sub(entry.member.start);
        let member = self.member_without(version, entry, skipped)?;
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

    /// The text of a record, key included.
    pub(super) fn record_member(
        &self,
        version: &OpenVersion,
        entry: &IndexEntry,
    ) -> Result<String, VersionError> {
        self.member_without(version, entry, entry.member.end..entry.member.end)
    }

    /// The same without the bytes of a range.
    pub(super) fn member_without(
        &self,
        version: &OpenVersion,
        entry: &IndexEntry,
        skipped: Range<usize>,
    ) -> Result<String, VersionError> {
        let mut bytes = self.read_range(version, entry.member.start..skipped.start)?;
        bytes.extend(self.read_range(version, skipped.end..entry.member.end)?);
        let text = String::from_utf8(bytes).ok().filter(|text| entry.is_key_of(text));
        text.ok_or(VersionError::Stale)
    }

    /// Where the earlier messages of a very long conversation are, and how many; `None` where it is
    /// read whole.
    fn find_omitted(
        &self,
        version: &OpenVersion,
        entry: &IndexEntry,
        messages: usize,
    ) -> Result<Option<(Range<usize>, usize)>, VersionError> {
        let is_long = |list: &&Range<usize>| list.len() > LONG_LIST_BYTES;
        let list = entry.message_list.as_ref().filter(is_long);
        let Some(list) = list.filter(|_| entry.summary.readability == Readability::Whole) else {
            return Ok(None);
        };
        let (start, end) = (list.start.saturating_add(1), list.end.saturating_sub(1));
        let mut size = END_BYTES;
        while size < list.len() {
            let from = end.saturating_sub(size);
            let tail = self.read_range(version, from..end)?;
            let starts = last_object_starts(&tail);
            if let Some(first) = starts.last().filter(|_| starts.len() >= messages) {
                let messages = entry.summary.message_count.saturating_sub(starts.len());
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
