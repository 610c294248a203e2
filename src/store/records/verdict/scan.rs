//! Reads over one value and collects all in it that Python cannot read or write.

use std::io::Read;
use std::ops::Range;

use crate::chat::python_float::MAX_INTEGER_DIGITS;
use crate::store::json::SurrogateScanner;
use crate::store::json::parser::{self, Visitor};
use crate::store::json::stream::{Result, Stream};

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum JsonKind {
    Null,
    Boolean,
    Number,
    Text,
    Array,
    Object,
}

/// How much of a value is kept to be judged: enough for any number that is accepted.
const MAX_RAW_BYTES: usize = 8 * 1024;

/// A value that has been read over.
#[derive(Debug, Default)]
pub(super) struct ScannedValue {
    /// Its range in the file.
    pub range: Range<usize>,
    /// The raw text of a scalar, or its beginning.
    pub raw: Vec<u8>,
    pub scan: ValueScan,
}

/// What a value contains, at any depth.
#[derive(Debug, Default)]
pub(super) struct ValueScan {
    /// How deep it goes: 0 for a scalar.
    pub nesting: usize,
    /// Halves of surrogate pairs.
    pub surrogates: SurrogateScanner,
    /// NaN and the infinities, which only Python spells.
    pub python_numbers: Vec<Range<usize>>,
    /// Numbers too large for a float.
    pub infinite_numbers: Vec<Range<usize>>,
    /// How many scalars and keys there are.
    pub token_count: usize,
    /// Integers of more digits than Python takes.
    pub long_integers: Vec<Range<usize>>,
    current_depth: usize,
    token: ScanToken,
}

/// The scalar being read.
#[derive(Debug, Default)]
struct ScanToken {
    start: usize,
    position: usize,
    first: u8,
    digits: usize,
    is_float: bool,
    raw: Vec<u8>,
}

impl ScannedValue {
    pub(super) fn kind(&self) -> JsonKind {
        kind_of(self.raw.first().copied().unwrap_or_default())
    }
}

/// What a value is that begins with a byte.
pub(super) const fn kind_of(first: u8) -> JsonKind {
    match first {
        b'{' => JsonKind::Object,
        b'[' => JsonKind::Array,
        b'"' => JsonKind::Text,
        b't' | b'f' => JsonKind::Boolean,
        b'n' => JsonKind::Null,
        _ => JsonKind::Number,
    }
}

impl JsonKind {
    /// The word for people.
    pub(super) const fn label(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean => "true or false",
            Self::Number => "a number",
            Self::Text => "text",
            Self::Array => "a list",
            Self::Object => "an object",
        }
    }
}

/// Passes over the value that begins here.
pub(super) fn scan_value<R: Read>(stream: &mut Stream<R>) -> Result<ScannedValue> {
    let mut inside = ValueScan::default();
    let start = stream.position();
    let first = stream.peek()?.unwrap_or_default();
    parser::visit_value(stream, &mut inside)?;
    let raw = match first {
        b'{' | b'[' => vec![first],
        _ => std::mem::take(&mut inside.token.raw),
    };
    Ok(ScannedValue { range: start..stream.position(), raw, scan: inside })
}

impl ValueScan {
    /// Adds the scan of a part that is `levels` containers further down.
    pub(super) fn merge(&mut self, part: Self, levels: usize) {
        self.nesting = self.nesting.max(part.nesting.saturating_add(levels));
        self.surrogates.unpaired.extend(part.surrogates.unpaired);
        self.python_numbers.extend(part.python_numbers);
        self.infinite_numbers.extend(part.infinite_numbers);
        self.long_integers.extend(part.long_integers);
    }
}

impl Visitor for ValueScan {
    fn open_container(&mut self, depth: usize) {
        self.current_depth = depth;
        self.nesting = self.nesting.max(depth);
    }

    fn begin_token(&mut self, position: usize) {
        self.token_count = self.token_count.saturating_add(1);
        self.token = ScanToken { start: position, position, ..ScanToken::default() };
    }

    fn token_bytes(&mut self, raw: &[u8]) {
        let token = &mut self.token;
        if token.position == token.start {
            token.first = raw.first().copied().unwrap_or_default();
        }
        if token.first == b'"' {
            self.surrogates.feed(raw, token.position);
        } else {
            let digits = raw.iter().filter(|byte| byte.is_ascii_digit()).count();
            token.digits = token.digits.saturating_add(digits);
            token.is_float |= raw.iter().any(|byte| matches!(byte, b'.' | b'e' | b'E'));
        }
        token.position = token.position.saturating_add(raw.len());
        let is_kept = self.current_depth == 0 || token.first != b'"';
        if is_kept && token.raw.len() < MAX_RAW_BYTES {
            token.raw.extend_from_slice(raw);
        }
    }

    fn end_token(&mut self, position: usize) {
        let token = &self.token;
        let range = token.start..position;
        match token.first {
            b'"' => self.surrogates.finish(),
            b'N' | b'I' => self.python_numbers.push(range),
            b'-' if token.raw.ends_with(b"y") => self.python_numbers.push(range),
            b'-' | b'0'..=b'9' if token.is_float => {
                let float = std::str::from_utf8(&token.raw).ok().and_then(|it| it.parse().ok());
                self.infinite_numbers
                    .extend(float.filter(|it: &f64| it.is_infinite()).map(|_| range));
            }
            b'-' | b'0'..=b'9' if token.digits > MAX_INTEGER_DIGITS => {
                self.long_integers.push(range);
            }
            _ => {}
        }
    }
}
