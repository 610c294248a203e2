//! The event stream format of the HTML standard, in pieces cut anywhere.

use std::mem;
use std::time::Duration;

use memchr::{memchr, memchr2};

use crate::Event;

/// The most bytes of an event and of a line that are held.
const MAX_HELD: usize = 32 * 1024 * 1024;

const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// An event or a line is longer than what may be held.
#[derive(Debug)]
pub(crate) struct TooLarge;

/// What is known of the event and of the line that have begun.
#[derive(Debug, Default)]
pub(crate) struct Parser {
    /// The beginning of a line that is no data line, or is too short to tell.
    line: Vec<u8>,
    /// The line that has begun is a data line, and its value goes into `data`.
    in_data: bool,
    /// The last line ended with CR; an LF behind it belongs to the same end.
    after_cr: bool,
    /// Only the first line can begin with a byte order mark.
    after_first_line: bool,
    data: Vec<u8>,
    name: String,
    id: String,
    retry: Option<Duration>,
    /// The id that was in force when an event ended.
    pub(crate) last_event_id: String,
}

impl Parser {
    /// Reads until an event is complete, or to the end of the piece; leaves in `piece` what follows.
    pub(crate) fn read(&mut self, piece: &mut &[u8]) -> Result<Option<Event>, TooLarge> {
        while let Some(first) = piece.first() {
            if mem::take(&mut self.after_cr) && *first == b'\n' {
                *piece = piece.get(1..).unwrap_or_default();
                continue;
            }
            let end = memchr2(b'\n', b'\r', piece);
            let (part, rest) = piece.split_at(end.unwrap_or(piece.len()));
            if self.data.len() + self.line.len() + part.len() > MAX_HELD {
                return Err(TooLarge);
            }
            let Some((line_end, rest)) = rest.split_first() else {
                *piece = rest;
                self.hold(part);
                break;
            };
            *piece = rest;
            self.after_cr = *line_end == b'\r';
            if let Some(event) = self.end_line(part) {
                return Ok(Some(event));
            }
        }
        Ok(None)
    }

    /// Keeps a part of a line whose end has not come.
    fn hold(&mut self, part: &[u8]) {
        if self.in_data {
            self.data.extend_from_slice(part);
            return;
        }
        self.line.extend_from_slice(part);
        let line = without_mark(&self.line, self.after_first_line);
        // A single space behind the colon does not count: one byte more is needed to tell.
        if line.len() > b"data:".len() && line.starts_with(b"data:") {
            let (_, value) = field_and_value(line);
            self.data.extend_from_slice(value);
            self.line = Vec::new();
            self.in_data = true;
            self.after_first_line = true;
        }
    }

    /// Takes the last part of a line; an empty line ends an event.
    fn end_line(&mut self, part: &[u8]) -> Option<Event> {
        if mem::take(&mut self.in_data) {
            self.end_data(part);
            return None;
        }
        let mut held = mem::take(&mut self.line);
        let line = if held.is_empty() {
            part
        } else {
            held.extend_from_slice(part);
            &held
        };
        let line = without_mark(line, self.after_first_line);
        self.after_first_line = true;
        if line.is_empty() {
            return self.end_event();
        }
        self.take_field(line);
        None
    }

    fn take_field(&mut self, line: &[u8]) {
        match field_and_value(line) {
            (b"data", value) => self.end_data(value),
            (b"event", value) => self.name = text(value.to_vec()),
            (b"id", value) if memchr(0, value).is_none() => self.id = text(value.to_vec()),
            (b"retry", value) if value.iter().all(u8::is_ascii_digit) => {
                let milliseconds = str::from_utf8(value).ok().and_then(|it| it.parse().ok());
                self.retry = milliseconds.map(Duration::from_millis).or(self.retry);
            }
            _ => {}
        }
    }

    fn end_data(&mut self, part: &[u8]) {
        self.data.reserve(part.len() + 1);
        self.data.extend_from_slice(part);
        self.data.push(b'\n');
    }

    /// An event without a data line is none, and its name is forgotten.
    fn end_event(&mut self) -> Option<Event> {
        self.last_event_id.clone_from(&self.id);
        let name = mem::take(&mut self.name);
        self.data.pop()?;
        Some(Event {
            event: if name.is_empty() { "message".to_owned() } else { name },
            data: text(mem::take(&mut self.data)),
            id: self.id.clone(),
            retry: self.retry.take(),
        })
    }
}

fn without_mark(line: &[u8], after_first_line: bool) -> &[u8] {
    if after_first_line { line } else { line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line) }
}

/// A line without a colon is all field; one that begins with it, a comment, has an empty field.
fn field_and_value(line: &[u8]) -> (&[u8], &[u8]) {
    let (field, rest) = line.split_at(memchr(b':', line).unwrap_or(line.len()));
    let value = rest.strip_prefix(b":").unwrap_or_default();
    (field, value.strip_prefix(b" ").unwrap_or(value))
}

/// Line ends and colons are ASCII, so a value alone decodes as it would in the whole stream.
fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes)
        .unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
}
