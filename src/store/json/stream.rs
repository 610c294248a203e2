//! Reads a JSON text once from front to back in bounded memory and checks that it is UTF-8.

use std::io::{self, Read};

use crate::store::json::line_column::LineColumn;
use crate::store::json::simd::{StringStop, plain_prefix, short_string_len};
use crate::store::json::skip::{skip_space, skip_value};

/// Large enough that asking the system for more is rare, small enough to stay in the processor.
pub(crate) const BUFFER_SIZE: usize = 256 * 1024;

/// The smallest buffer: longer than any look-ahead.
const MIN_BUFFER_SIZE: usize = 512;

/// Why a text is not JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseError {
    /// The byte where it stops being JSON.
    pub at: usize,
    /// What is wrong there.
    pub what: &'static str,
}

impl ParseError {
    /// What is wrong and where, in words without a full stop. `text` is what was read.
    #[must_use]
    pub fn describe(&self, text: impl Read) -> String {
        match LineColumn::find(text, self.at) {
            Ok(place) => format!("{} ({place})", self.what),
            Err(_) => self.what.to_owned(),
        }
    }
}

/// Why the reading stopped.
#[derive(Debug)]
pub enum StreamError {
    /// The system could not read.
    Io(io::Error),
    /// The bytes are not UTF-8; the first one that is not.
    NotUtf8(usize),
    /// The text is not JSON.
    NotJson(ParseError),
}

pub(crate) type Result<T> = std::result::Result<T, StreamError>;

/// A text being read, and a window on what comes next.
pub(crate) struct Stream<R> {
    source: R,
    buffer: Vec<u8>,
    /// Offsets in the buffer: the next byte to read, the end of the bytes known to be UTF-8, which may
    /// be read, and the end of all bytes, which may cut a character.
    at: usize,
    checked_end: usize,
    end: usize,
    /// The position of the buffer in the text.
    buffer_start: usize,
    is_at_end: bool,
    pub(super) scratch: Vec<u8>,
    /// Where the key read last begins.
    pub(super) key_at: usize,
}

impl<R: Read> Stream<R> {
    /// Reads through a buffer of that many bytes.
    pub(crate) fn new(source: R, size: usize) -> Self {
        let buffer = vec![0; size.clamp(MIN_BUFFER_SIZE, BUFFER_SIZE)];
        let scratch = Vec::new();
        Self {
            source,
            buffer,
            at: 0,
            end: 0,
            checked_end: 0,
            buffer_start: 0,
            is_at_end: false,
            scratch,
            key_at: 0,
        }
    }

    /// Reads a text of which the source has passed the first `position` bytes.
    pub(crate) fn from_position(source: R, size: usize, position: usize) -> Self {
        Self { buffer_start: position, ..Self::new(source, size) }
    }

    /// Where the next byte lies in the text.
    pub(crate) const fn position(&self) -> usize {
        self.buffer_start.saturating_add(self.at)
    }

    /// Where the key read last begins, its quote included.
    pub(crate) const fn key_position(&self) -> usize {
        self.key_at
    }

    /// The error for the next byte.
    pub(crate) const fn error(&self, what: &'static str) -> StreamError {
        StreamError::NotJson(ParseError { at: self.position(), what })
    }

    /// The bytes that are in memory and unread.
    fn window(&self) -> &[u8] {
        self.buffer.get(self.at..self.checked_end).unwrap_or_default()
    }

    /// Moves unread bytes to the front of the buffer and reads more; whether there were any.
    fn read_more(&mut self) -> Result<bool> {
        if self.is_at_end {
            return Ok(false);
        }
        self.buffer.copy_within(self.at..self.end, 0);
        self.buffer_start = self.buffer_start.saturating_add(self.at);
        self.end = self.end.saturating_sub(self.at);
        self.checked_end = self.checked_end.saturating_sub(self.at);
        self.at = 0;
        loop {
            let room = self.buffer.get_mut(self.end..).unwrap_or_default();
            match self.source.read(room) {
                Ok(got) => {
                    self.is_at_end = got == 0;
                    self.end = self.end.saturating_add(got);
                    break;
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(StreamError::Io(error)),
            }
        }
        self.check_utf8()?;
        Ok(!self.is_at_end)
    }

    /// A character may be cut by the end of the buffer, but not by the end of the text.
    fn check_utf8(&mut self) -> Result<()> {
        let new = self.buffer.get(self.checked_end..self.end).unwrap_or_default();
        match simdutf8::compat::from_utf8(new) {
            Ok(_) => self.checked_end = self.end,
            Err(error) => {
                self.checked_end = self.checked_end.saturating_add(error.valid_up_to());
                if error.error_len().is_some() || self.is_at_end {
                    return Err(StreamError::NotUtf8(
                        self.buffer_start.saturating_add(self.checked_end),
                    ));
                }
            }
        }
        Ok(())
    }

    /// The next byte, unread.
    pub(crate) fn peek(&mut self) -> Result<Option<u8>> {
        while self.at == self.checked_end {
            if !self.read_more()? {
                return Ok(None);
            }
        }
        Ok(self.buffer.get(self.at).copied())
    }

    /// Skips the byte that `peek` returned.
    pub(crate) const fn skip(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    pub(crate) fn next_byte(&mut self) -> Result<Option<u8>> {
        let byte = self.peek()?;
        if byte.is_some() {
            self.skip();
        }
        Ok(byte)
    }

    /// Skips exactly these bytes, or nothing.
    pub(crate) fn eat(&mut self, wanted: &[u8]) -> Result<bool> {
        while self.checked_end.saturating_sub(self.at) < wanted.len() {
            if !self.read_more()? {
                return Ok(false);
            }
        }
        let found = self.window().starts_with(wanted);
        if found {
            self.at = self.at.saturating_add(wanted.len());
        }
        Ok(found)
    }

    /// Skips white space and the value after it, if all of it is in the window and has nothing that
    /// only the parser can judge; else skips nothing.
    pub(super) fn try_skip_value(&mut self) -> bool {
        let length = skip_value(self.window());
        self.at = self.at.saturating_add(length.unwrap_or(0));
        length.is_some()
    }

    /// Passes over white space.
    pub(crate) fn skip_space(&mut self) -> Result<()> {
        loop {
            self.at = self.at.saturating_add(skip_space(self.window(), 0));
            if self.at < self.checked_end || !self.read_more()? {
                return Ok(());
            }
        }
    }

    /// Reads the rest of a string whose first quote has been read, and gives its raw bytes to `keep`.
    pub(crate) fn read_string_rest(&mut self, mut keep: impl FnMut(&[u8])) -> Result<()> {
        if let Some(length) = short_string_len(self.window()) {
            keep(self.window().get(..length).unwrap_or_default());
            self.at = self.at.saturating_add(length).saturating_add(1);
            return Ok(());
        }
        loop {
            let (part, ending) = plain_prefix(self.window());
            keep(self.window().get(..part).unwrap_or_default());
            self.at = self.at.saturating_add(part);
            match ending {
                StringStop::Quote => {
                    self.skip();
                    return Ok(());
                }
                StringStop::Special => {
                    if let Some(0..=0x1f) = self.peek()? {
                        return Err(self.error("a control character is not escaped in a string"));
                    }
                    self.read_escape(&mut keep)?;
                }
                StringStop::WindowEnd => {
                    if !self.read_more()? {
                        return Err(self.error("a string is not closed"));
                    }
                }
            }
        }
    }

    /// Reads an escape that may be broken or cut by the window.
    fn read_escape(&mut self, keep: &mut impl FnMut(&[u8])) -> Result<()> {
        self.skip();
        let kind = self.next_byte()?;
        keep(b"\\");
        match kind {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => {
                keep(kind.as_slice());
                Ok(())
            }
            Some(b'u') => {
                keep(b"u");
                for _ in 0..4 {
                    let digit = self.next_byte()?.filter(u8::is_ascii_hexdigit);
                    let digit = digit.ok_or_else(|| self.error("an escape is broken"))?;
                    keep(&[digit]);
                }
                Ok(())
            }
            _ => Err(self.error("an escape is broken")),
        }
    }
}
