//! JSON read once from front to back in bounded memory, checked for UTF-8 and grammar on the way.
//! May not keep what was passed over: whoever wants a piece takes it as it goes by.

// Every function here fails for the same three reasons, those of `StreamError`.
#![allow(clippy::missing_errors_doc)]

use std::io::{self, Read};

use crate::store::json::simd::{StringStop, plain_prefix, short_string_len};
use crate::store::json::skip::{skip_space, skip_value};

/// Large enough that asking the system for more is rare, small enough to stay in the processor.
pub const BUFFER_SIZE: usize = 256 * 1024;

/// The least a buffer holds: more than any one look ahead.
const MIN_BUFFER_SIZE: usize = 512;

/// Why a text is not JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseError {
    /// The byte where it stops being JSON.
    pub at: usize,
    /// What is wrong there.
    pub what: &'static str,
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

/// What reading gives.
pub type Result<T> = std::result::Result<T, StreamError>;

/// A text being read, and a window on what comes next.
pub struct Stream<R> {
    source: R,
    buffer: Vec<u8>,
    /// In the buffer: the next byte to be read, the end of what is known to be UTF-8 and may be
    /// read, and the end of what is there, which may cut a character.
    at: usize,
    checked_end: usize,
    end: usize,
    /// How much of the text lies before the buffer.
    buffer_start: usize,
    is_at_end: bool,
    /// Whether the words Python takes for numbers are taken.
    accepts_python_numbers: bool,
    /// Room for keys.
    pub(super) scratch: Vec<u8>,
    /// Where the key read last begins.
    pub(super) key_at: usize,
}

impl<R: Read> Stream<R> {
    /// Reads through a buffer of that many bytes.
    pub fn new(source: R, size: usize) -> Self {
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
            accepts_python_numbers: false,
            scratch,
            key_at: 0,
        }
    }

    /// Reads a text from a place on, to which the source has got.
    pub fn from_position(source: R, size: usize, place: usize) -> Self {
        Self { buffer_start: place, ..Self::new(source, size) }
    }

    /// Takes `NaN` and `Infinity` as well, as Python does.
    #[must_use]
    pub fn accept_python_numbers(mut self) -> Self {
        self.accepts_python_numbers = true;
        self
    }

    /// Whether it does.
    pub const fn accepts_python_numbers(&self) -> bool {
        self.accepts_python_numbers
    }

    /// Where the next byte lies in the text.
    pub const fn position(&self) -> usize {
        self.buffer_start.saturating_add(self.at)
    }

    /// Where the key read last begins, its quote included.
    pub const fn key_position(&self) -> usize {
        self.key_at
    }

    /// The error for the next byte.
    pub const fn error(&self, what: &'static str) -> StreamError {
        StreamError::NotJson(ParseError { at: self.position(), what })
    }

    /// What is there already, unread.
    fn window(&self) -> &[u8] {
        self.buffer.get(self.at..self.checked_end).unwrap_or_default()
    }

    /// Makes room and reads more; tells whether there was any.
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
    pub fn peek(&mut self) -> Result<Option<u8>> {
        while self.at == self.checked_end {
            if !self.read_more()? {
                return Ok(None);
            }
        }
        Ok(self.buffer.get(self.at).copied())
    }

    /// Passes over the byte that was looked at.
    pub const fn skip(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    /// The next byte.
    pub fn next_byte(&mut self) -> Result<Option<u8>> {
        let byte = self.peek()?;
        if byte.is_some() {
            self.skip();
        }
        Ok(byte)
    }

    /// Passes over exactly these bytes, or over nothing.
    pub fn eat(&mut self, wanted: &[u8]) -> Result<bool> {
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

    /// Passes over white space and the value behind it, if all of it is in the window and nothing
    /// about it is odd; else over nothing.
    pub(super) fn try_skip_value(&mut self) -> bool {
        let length = skip_value(self.window());
        self.at = self.at.saturating_add(length.unwrap_or(0));
        length.is_some()
    }

    /// Passes over white space.
    pub fn skip_space(&mut self) -> Result<()> {
        loop {
            self.at = self.at.saturating_add(skip_space(self.window(), 0));
            if self.at < self.checked_end || !self.read_more()? {
                return Ok(());
            }
        }
    }

    /// The rest of a string whose first quote has been read; its raw bytes go to `keep`.
    pub fn read_string_rest(&mut self, mut keep: impl FnMut(&[u8])) -> Result<()> {
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
                        return Err(self.error("a control character stands bare in a string"));
                    }
                    self.read_escape(&mut keep)?;
                }
                StringStop::WindowEnd => {
                    if !self.read_more()? {
                        return Err(self.error("a string does not end"));
                    }
                }
            }
        }
    }

    /// An escape that is broken, or that the window cuts.
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
