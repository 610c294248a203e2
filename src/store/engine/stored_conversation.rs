//! A conversation whose messages are read one at a time: the longest needs no more memory than others.

use std::io::{self, ErrorKind, Read, Write};
use std::ops::Range;

use crate::chat::{Conversation, ConversationId, Message};

use crate::store::engine::Store;
use crate::store::engine::open_version::OpenVersion;
use crate::store::file::error::{StoreError, VersionError};
use crate::store::file::positioned::PositionedReader;
use crate::store::file::store_paths::StorePaths;
use crate::store::index::IndexEntry;
use crate::store::records::read;
use crate::store::records::stored_messages::{StoredMessages, WRITTEN_MEANWHILE, WrittenMessage};

/// A conversation of one version of the file, held open.
#[derive(Debug)]
pub struct StoredConversation {
    /// Everything but its messages.
    pub about: Conversation,
    /// How many messages it has.
    pub message_count: usize,
    messages: StoredMessages,
    member: Range<usize>,
}

impl Store {
    /// A conversation that is too long to be read at once, or may be.
    ///
    /// # Errors
    /// When the file cannot be read, or has no such conversation.
    pub fn stored_conversation(
        &mut self,
        id: &ConversationId,
    ) -> Result<StoredConversation, StoreError> {
        let mut stored =
            self.retry_while_contended(|store| store.read_entry(id, StoredConversation::of))?;
        stored.about = self.with_full_title(stored.about);
        Ok(stored)
    }
}

impl StoredConversation {
    /// A conversation of the shared file as it is now, without an open store.
    ///
    /// # Errors
    /// When the file cannot be read, or has no such conversation.
    pub fn open(paths: &StorePaths, id: &ConversationId) -> io::Result<Self> {
        let version = OpenVersion::from_file(&paths.chats_file())?;
        let entry = version.index.entry(id).ok_or(ErrorKind::NotFound)?;
        Self::of(&version, entry).map_err(|error| match error {
            VersionError::Stale => io::Error::other(WRITTEN_MEANWHILE),
            VersionError::Store(error) => io::Error::other(error),
        })
    }

    /// Reads everything but the messages.
    fn of(version: &OpenVersion, entry: &IndexEntry) -> Result<Self, VersionError> {
        let open = version.file.as_ref().ok_or(VersionError::Stale)?;
        // An empty list in the place of the messages.
        let list = entry.message_list.clone();
        let omitted = match &list {
            Some(list) => list.start.saturating_add(1)..list.end.saturating_sub(1),
            None => entry.member.end..entry.member.end,
        };
        let member = version.member_without(entry, omitted)?;
        let value = entry.value.start.saturating_sub(entry.member.start);
        let mut about = read::conversation(&member, entry.id(), value..member.len());
        about.readability = entry.summary.readability.clone();
        let messages = StoredMessages::of(open, list).map_err(|error| version.read_error(error))?;
        Ok(Self {
            about,
            message_count: entry.summary.message_count,
            messages,
            member: entry.member.clone(),
        })
    }

    /// Gives every message that can be read to `each`, in order.
    ///
    /// # Errors
    /// When the file cannot be read or was written into meanwhile, and with the first error of `each`.
    pub fn for_each_message(&self, each: impl FnMut(Message) -> io::Result<()>) -> io::Result<()> {
        self.messages.for_each(each)
    }

    /// Gives every message that can be read to `each` as it is written, in order.
    ///
    /// # Errors
    /// When the file cannot be read or was written into meanwhile, and with the first error of `each`.
    pub fn for_each_written(
        &self,
        each: impl FnMut(WrittenMessage<'_>) -> io::Result<()>,
    ) -> io::Result<()> {
        self.messages.for_each_written(each)
    }

    /// Copies the key and value of the conversation in the very bytes of the file.
    ///
    /// # Errors
    /// When the file cannot be read or was written into meanwhile, or `to` not be written.
    pub fn copy_record(&self, to: &mut dyn Write) -> io::Result<()> {
        let length = self.member.len() as u64;
        let mut from = PositionedReader::new(self.messages.file(), self.member.start).take(length);
        if io::copy(&mut from, to)? < length {
            return Err(io::Error::other(WRITTEN_MEANWHILE));
        }
        self.messages.check_unchanged()
    }
}
