//! The messages of one conversation in one version of the file, read a few at a time: the longest
//! conversation needs no more memory than others.

use std::fs::File;
use std::io::{self, ErrorKind, Read};
use std::ops::Range;

use crate::chat::{Message, Role};
use crate::store::file::identity::FileIdentity;
use crate::store::file::open_file::OpenFile;
use crate::store::file::positioned::PositionedReader;
use crate::store::index::{MessageScan, scan_message};
use crate::store::json::parser;
use crate::store::json::stream::{BUFFER_SIZE, Stream, StreamError};
use crate::store::records::read;

/// How many bytes of messages are in memory at a time, except where one alone is longer.
const BATCH_BYTES: usize = 256 * 1024;

/// Why reading failed in the middle.
pub(crate) const WRITTEN_MEANWHILE: &str =
    "another program wrote into the shared file while it was read";

/// A message as it is written in the file.
#[derive(Debug)]
pub struct WrittenMessage<'a> {
    /// Its role.
    pub role: Role,
    /// Its text as JSON, quotes included.
    pub text: &'a str,
    whole: &'a str,
}

impl WrittenMessage<'_> {
    /// Reads all of it.
    #[must_use]
    pub fn read(&self) -> Option<Message> {
        read::message(self.whole, 0..self.whole.len()).ok()
    }
}

/// Where a message lies in the file.
struct Place {
    whole: Range<usize>,
    role: Role,
    text: Range<usize>,
}

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
        self.for_each_written(|message| message.read().map_or(Ok(()), &mut each))
    }

    /// Gives every message that can be read to `each` as it is written, in order.
    ///
    /// # Errors
    /// When the file cannot be read or was written into meanwhile, and with the first error of `each`.
    pub(crate) fn for_each_written(
        &self,
        mut each: impl FnMut(WrittenMessage<'_>) -> io::Result<()>,
    ) -> io::Result<()> {
        let Some(list) = &self.list else { return Ok(()) };
        let reader = PositionedReader::new(&self.file, list.start).take(list.len() as u64);
        let mut stream = Stream::from_position(reader, BUFFER_SIZE, list.start);
        let mut batch: Vec<Place> = Vec::new();
        let mut bytes = Vec::new();
        let read = parser::for_each_element(&mut stream, |stream| {
            let start = stream.position();
            if stream.peek()? != Some(b'{') {
                return parser::skip_value(stream);
            }
            let MessageScan { role, text, .. } = scan_message(stream)?;
            let end = stream.position();
            batch.extend(role.zip(text).map(|(role, text)| Place {
                whole: start..end,
                role,
                text,
            }));
            let first = batch.first().map_or(end, |first| first.whole.start);
            if end.saturating_sub(first) < BATCH_BYTES {
                return Ok(());
            }
            self.give(&mut batch, &mut bytes, &mut each).map_err(StreamError::Io)
        });
        read.map_err(|error| match error {
            StreamError::Io(error) => error,
            StreamError::NotUtf8(_) | StreamError::NotJson(_) => {
                io::Error::other(WRITTEN_MEANWHILE)
            }
        })?;
        self.give(&mut batch, &mut bytes, &mut each)?;
        self.check_unchanged()
    }

    /// Reads the messages of a batch into `bytes`, passes them on and empties the batch.
    fn give(
        &self,
        batch: &mut Vec<Place>,
        bytes: &mut Vec<u8>,
        each: &mut impl FnMut(WrittenMessage<'_>) -> io::Result<()>,
    ) -> io::Result<()> {
        let (Some(first), Some(last)) = (batch.first(), batch.last()) else { return Ok(()) };
        let (start, end) = (first.whole.start, last.whole.end);
        bytes.resize(end.saturating_sub(start), 0);
        PositionedReader::new(&self.file, start).read_exact(bytes)?;
        let all = simdutf8::basic::from_utf8(bytes).map_err(|_| ErrorKind::InvalidData)?;
        for Place { whole, role, text } in batch.drain(..) {
            let slice = |range: Range<usize>| {
                let at = |position: usize| position.saturating_sub(start);
                all.get(at(range.start)..at(range.end)).unwrap_or_default()
            };
            each(WrittenMessage { role, text: slice(text), whole: slice(whole) })?;
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
