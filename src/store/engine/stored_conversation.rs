//! A conversation whose messages are read one at a time: the longest needs no more memory than others.

use std::fs::File;
use std::io::{self, ErrorKind, Read, Write};
use std::ops::Range;

use crate::chat::{Conversation, ConversationId, Message};

use crate::store::engine::Store;
use crate::store::engine::open_version::OpenVersion;
use crate::store::file::error::{StoreError, VersionError};
use crate::store::file::identity::FileIdentity;
use crate::store::file::positioned::PositionedReader;
use crate::store::file::store_paths::StorePaths;
use crate::store::index::IndexEntry;
use crate::store::json::parser;
use crate::store::json::stream::{BUFFER_SIZE, Stream, StreamError};
use crate::store::records::read;

/// How many bytes of messages are in memory at a time, except where one alone is longer.
const BATCH_BYTES: usize = 256 * 1024;

/// Why reading failed in the middle.
const WRITTEN_MEANWHILE: &str = "another program wrote into the shared file while it was read";

/// A conversation of one version of the file, held open.
#[derive(Debug)]
pub struct StoredConversation {
    /// Everything but its messages.
    pub about: Conversation,
    /// How many messages it has.
    pub message_count: usize,
    file: File,
    identity: FileIdentity,
    member: Range<usize>,
    list: Option<Range<usize>>,
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
        let messages = match &list {
            Some(list) => list.start.saturating_add(1)..list.end.saturating_sub(1),
            None => entry.member.end..entry.member.end,
        };
        let member = version.member_without(entry, messages)?;
        let value = entry.value.start.saturating_sub(entry.member.start);
        let mut about = read::conversation(&member, entry.id(), value..member.len());
        about.readability = entry.summary.readability.clone();
        let file = open.file().try_clone().map_err(|error| version.read_error(error))?;
        Ok(Self {
            about,
            message_count: entry.summary.message_count,
            file,
            identity: open.identity(),
            member: entry.member.clone(),
            list,
        })
    }

    /// Gives every message that can be read to `each`, in order.
    ///
    /// # Errors
    /// When the file cannot be read or was written into meanwhile, and with the first error of `each`.
    pub fn for_each_message(
        &self,
        mut each: impl FnMut(Message) -> io::Result<()>,
    ) -> io::Result<()> {
        let Some(list) = &self.list else { return Ok(()) };
        let reader = PositionedReader::new(&self.file, list.start).take(list.len() as u64);
        let mut stream = Stream::from_position(reader, BUFFER_SIZE, list.start);
        let mut batch: Vec<Range<usize>> = Vec::new();
        let read = parser::for_each_element(&mut stream, |stream| {
            let start = stream.position();
            parser::skip_value(stream)?;
            batch.push(start..stream.position());
            let first = batch.first().map_or(start, |first| first.start);
            if stream.position().saturating_sub(first) < BATCH_BYTES {
                return Ok(());
            }
            self.give(&std::mem::take(&mut batch), &mut each).map_err(StreamError::Io)
        });
        read.map_err(|error| match error {
            StreamError::Io(error) => error,
            StreamError::NotUtf8(_) | StreamError::NotJson(_) => {
                io::Error::other(WRITTEN_MEANWHILE)
            }
        })?;
        self.give(&batch, &mut each)?;
        self.check_unchanged()
    }

    /// Reads consecutive messages and gives them away.
    fn give(
        &self,
        batch: &[Range<usize>],
        each: &mut impl FnMut(Message) -> io::Result<()>,
    ) -> io::Result<()> {
        let (Some(first), Some(last)) = (batch.first(), batch.last()) else { return Ok(()) };
        let mut bytes = vec![0; last.end.saturating_sub(first.start)];
        PositionedReader::new(&self.file, first.start).read_exact(&mut bytes)?;
        let text = String::from_utf8(bytes).map_err(|_| io::Error::from(ErrorKind::InvalidData))?;
        for range in batch {
            let at = |position: usize| position.saturating_sub(first.start);
            if let Ok(message) = read::message(&text, at(range.start)..at(range.end)) {
                each(message)?;
            }
        }
        Ok(())
    }

    /// Copies the key and value of the conversation in the very bytes of the file.
    ///
    /// # Errors
    /// When the file cannot be read or was written into meanwhile, or `to` not be written.
    pub fn copy_record(&self, to: &mut dyn Write) -> io::Result<()> {
        let length = self.member.len() as u64;
        let mut from = PositionedReader::new(&self.file, self.member.start).take(length);
        if io::copy(&mut from, to)? < length {
            return Err(io::Error::other(WRITTEN_MEANWHILE));
        }
        self.check_unchanged()
    }

    fn check_unchanged(&self) -> io::Result<()> {
        if FileIdentity::of(&self.file)?.has_same_content(self.identity) {
            return Ok(());
        }
        Err(io::Error::other(WRITTEN_MEANWHILE))
    }
}
