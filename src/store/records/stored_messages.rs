//! The messages of one conversation in one version of the file, read a few at a time: the longest
//! conversation needs no more memory than others.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::ops::Range;

use crate::chat::Message;
use crate::store::file::identity::FileIdentity;
use crate::store::file::open_file::OpenFile;
use crate::store::file::positioned::PositionedReader;
use crate::store::json::parser;
use crate::store::json::stream::{BUFFER_SIZE, Stream, StreamError};
use crate::store::records::read;

/// How many bytes of messages are in memory at a time, except where one alone is longer.
const BATCH_BYTES: usize = 256 * 1024;

/// Why reading failed in the middle.
pub(crate) const WRITTEN_MEANWHILE: &str =
    "another program wrote into the shared file while it was read";

/// The list of messages of a conversation, and the file it is in, held open.
#[derive(Debug)]
pub(crate) struct StoredMessages {
    file: File,
    identity: FileIdentity,
    list: Option<Range<usize>>,
}

impl StoredMessages {
    /// The messages in a part of a file; `None` where the conversation has no list of them.
    pub(crate) fn of(open: &OpenFile, list: Option<Range<usize>>) -> io::Result<Self> {
        Ok(Self { file: open.file().try_clone()?, identity: open.identity(), list })
    }

    /// The file that they are in.
    pub(crate) const fn file(&self) -> &File {
        &self.file
    }

    /// Gives every message that can be read to `each`, in order.
    ///
    /// # Errors
    /// When the file cannot be read or was written into meanwhile, and with the first error of `each`.
    pub(crate) fn for_each(
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

    /// Reads consecutive messages and passes them on.
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

    /// An error where the file was written into since it was opened.
    pub(crate) fn check_unchanged(&self) -> io::Result<()> {
        if FileIdentity::of(&self.file)?.has_same_content(self.identity) {
            return Ok(());
        }
        Err(io::Error::other(WRITTEN_MEANWHILE))
    }
}
