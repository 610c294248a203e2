//! Reads JSON as Python's `json` does, NaN and infinities too, and lays it out as the web app writes it.
//! Must not accept what Python refuses: the app would replace such a file.

use crate::chat::python_float::{MAX_INTEGER_DIGITS, json_number};
use crate::store::json::parser::{self, Visitor};
use crate::store::json::{
    FormatError, Stream, ValueFormat, decode_string, has_unpaired_surrogate, to_json_string,
};
use crate::store::records::verdict::MAX_WRITE_DEPTH_CURRENT;

/// How deep values may be nested: what the app reads deeper, it cannot write.
const MAX_DEPTH: usize = MAX_WRITE_DEPTH_CURRENT;

/// How many containers are open at most.
struct Nesting(usize);

impl Visitor for Nesting {
    fn open_container(&mut self, depth: usize) {
        self.0 = self.0.max(depth);
    }
}

/// The bytes of a value as Python would write it, `level` steps deep. Half a surrogate pair, which
/// Python cannot write, stays as it is.
pub(super) fn read(bytes: &[u8], level: usize) -> Result<String, FormatError> {
    let mut stream = Stream::new(bytes, bytes.len());
    let mut nesting = Nesting(0);
    let read = stream
        .skip_space()
        .and_then(|()| parser::visit_value(&mut stream, &mut nesting))
        .and_then(|()| parser::expect_end(&mut stream));
    if nesting.0 > MAX_DEPTH {
        return Err(FormatError::TooDeep);
    }
    read.map_err(|_| FormatError::Malformed)?;
    let raw = std::str::from_utf8(bytes).map_err(|_| FormatError::Malformed)?.trim();
    ValueFormat { max_level: level.saturating_add(MAX_DEPTH), scalar }.format(raw, level)
}

fn scalar(raw: &str) -> Result<String, FormatError> {
    if raw.starts_with('"') {
        let is_whole = !has_unpaired_surrogate(raw);
        return Ok(if is_whole { to_json_string(&decode_string(raw)) } else { raw.to_owned() });
    }
    let digits = raw.trim_start_matches('-');
    if !digits.starts_with(|first: char| first.is_ascii_digit()) {
        return Ok(raw.to_owned());
    }
    if raw.contains(['.', 'e', 'E']) {
        return raw.parse().map(json_number).map_err(|_| FormatError::Malformed);
    }
    if digits.len() > MAX_INTEGER_DIGITS {
        return Err(FormatError::Malformed);
    }
    Ok(if raw == "-0" { "0".to_owned() } else { raw.to_owned() })
}
