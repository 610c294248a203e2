//! Reads JSON as Python's `json` does: NaN and infinities too, and numbers in their normal form.
//! Must not accept what Python refuses: the app would replace such a file.

use crate::chat::python_float::json_number;
use crate::store::json::stream::{Result as Parsed, Stream};
use crate::store::json::{decode_raw, keep_last, parser, unpaired_surrogates};
use crate::store::records::verdict::MAX_DIGITS;

use super::document::{Document, Text};

/// How deep values may be nested. Python 3.13 reads 9,995 levels, and the app writes 978
/// (hcorion/ai-multitool bdc7763, measured on 2026-11-29).
const MAX_DEPTH: usize = 978;

/// Why a file cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ReadError {
    /// It is not JSON in UTF-8, or holds a number that is too long.
    Damaged,
    /// It is nested too deeply.
    TooDeep,
}

/// Parses the bytes of a history as Python does.
pub(super) fn read(bytes: &[u8]) -> Result<Document, ReadError> {
    let mut stream = Stream::new(bytes, bytes.len());
    let mut reader = DocumentReader { depth: 0, is_too_deep: false };
    let document = stream.skip_space().and_then(|()| {
        let document = reader.value(&mut stream)?;
        parser::expect_end(&mut stream)?;
        Ok(document)
    });
    let why = if reader.is_too_deep { ReadError::TooDeep } else { ReadError::Damaged };
    document.map_err(|_| why)
}

struct DocumentReader {
    depth: usize,
    is_too_deep: bool,
}

impl DocumentReader {
    fn value(&mut self, stream: &mut Stream<&[u8]>) -> Parsed<Document> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > MAX_DEPTH {
            self.is_too_deep = true;
            return Err(stream.error("the value is nested too deeply"));
        }
        let value = match stream.peek()? {
            Some(b'{') => self.object(stream),
            Some(b'[') => self.array(stream),
            first => scalar(stream, first.unwrap_or_default()),
        };
        self.depth = self.depth.saturating_sub(1);
        value
    }

    fn array(&mut self, stream: &mut Stream<&[u8]>) -> Parsed<Document> {
        let mut items = Vec::new();
        parser::for_each_element(stream, |stream| {
            items.push(self.value(stream)?);
            Ok(())
        })?;
        Ok(Document::Array(items))
    }

    fn object(&mut self, stream: &mut Stream<&[u8]>) -> Parsed<Document> {
        let mut members = Vec::new();
        parser::for_each_member(stream, |stream, key| {
            members.push((text(key), self.value(stream)?));
            Ok(())
        })?;
        Ok(Document::Object(keep_last(members).0))
    }
}

fn scalar(stream: &mut Stream<&[u8]>, first: u8) -> Parsed<Document> {
    let mut raw = Vec::new();
    parser::read_scalar(stream, first, |part| raw.extend_from_slice(part))?;
    if let [b'"', inner @ .., b'"'] = raw.as_slice() {
        return Ok(Document::Text(text(inner)));
    }
    let literal = String::from_utf8_lossy(&raw).into_owned();
    let is_number = first == b'-' || first.is_ascii_digit();
    if !is_number || literal == "-Infinity" {
        return Ok(Document::Literal(literal));
    }
    if literal.contains(['.', 'e', 'E']) {
        let number = literal.parse().map_err(|_| stream.error("it is not a number"))?;
        return Ok(Document::Literal(json_number(number)));
    }
    if literal.trim_start_matches('-').len() > MAX_DIGITS {
        return Err(stream.error("the number is too long"));
    }
    Ok(Document::Literal(if literal == "-0" { "0".to_owned() } else { literal }))
}

/// The text of the bytes between quotes.
fn text(raw: &[u8]) -> Text {
    Text { text: decode_raw(raw), lone: !unpaired_surrogates(raw, 0).is_empty() }
}
