//! One value passed over, and everything in it that Python stumbles over wherever it stands.
//! May not know what the value is for.

use std::io::Read;
use std::ops::Range;

use crate::store::json::stream::{Result, Stream};
use crate::store::json::surrogates::Lone;
use crate::store::json::walk::{self, Visitor};

use super::finding::Eras;

/// What a value is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    Boolean,
    Number,
    Text,
    Array,
    Object,
}

/// How many digits of an integer Python takes.
pub(super) const MOST_DIGITS: usize = 4300;
/// How much of a value is kept to be judged: enough for any number that is taken.
const KEPT: usize = 8 * 1024;

/// A value passed over.
#[derive(Debug, Default)]
pub(super) struct Value {
    /// Where it stands.
    pub range: Range<usize>,
    /// The raw text of a scalar, or its beginning.
    pub raw: Vec<u8>,
    /// What is in it.
    pub inside: Inside,
}

/// What stands in a value, at any depth.
#[derive(Debug, Default)]
pub(super) struct Inside {
    /// How deep it goes: 0 for a scalar.
    pub height: usize,
    /// Halves of surrogate pairs.
    pub lone: Lone,
    /// NaN and the infinities, which only Python spells.
    pub odd: Vec<Range<usize>>,
    /// Numbers too large for a float.
    pub infinite: Vec<Range<usize>>,
    /// How many scalars and keys there are.
    pub tokens: usize,
    /// Integers of more digits than Python takes.
    pub long: Vec<Range<usize>>,
    depth: usize,
    token: Token,
}

/// The scalar being read.
#[derive(Debug, Default)]
struct Token {
    start: usize,
    at: usize,
    first: u8,
    digits: usize,
    is_float: bool,
    raw: Vec<u8>,
}

impl Value {
    /// What it is.
    pub(super) fn kind(&self) -> Kind {
        kind(self.raw.first().copied().unwrap_or_default())
    }
}

/// What a value is that begins with a byte.
pub(super) const fn kind(first: u8) -> Kind {
    match first {
        b'{' => Kind::Object,
        b'[' => Kind::Array,
        b'"' => Kind::Text,
        b't' | b'f' => Kind::Boolean,
        b'n' => Kind::Null,
        _ => Kind::Number,
    }
}

impl Kind {
    /// The word for people.
    pub(super) const fn word(self) -> &'static str {
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
pub(super) fn value<R: Read>(stream: &mut Stream<R>) -> Result<Value> {
    let mut inside = Inside::default();
    let start = stream.place();
    let first = stream.peek()?.unwrap_or_default();
    walk::pass_over_with(stream, &mut inside)?;
    let raw = match first {
        b'{' | b'[' => vec![first],
        _ => std::mem::take(&mut inside.token.raw),
    };
    Ok(Value { range: start..stream.place(), raw, inside })
}

impl Inside {
    /// Adds what was found in a part, so many levels further down.
    pub(super) fn add(&mut self, part: Self, levels: usize) {
        self.height = self.height.max(part.height.saturating_add(levels));
        self.lone.found.extend(part.lone.found);
        self.odd.extend(part.odd);
        self.infinite.extend(part.infinite);
        self.long.extend(part.long);
    }
}

impl Visitor for Inside {
    fn opened(&mut self, depth: usize) {
        self.depth = depth;
        self.height = self.height.max(depth);
    }

    fn begins(&mut self, place: usize) {
        self.tokens = self.tokens.saturating_add(1);
        self.token = Token { start: place, at: place, ..Token::default() };
    }

    fn piece(&mut self, raw: &[u8]) {
        let token = &mut self.token;
        if token.at == token.start {
            token.first = raw.first().copied().unwrap_or_default();
        }
        if token.first == b'"' {
            self.lone.look(raw, token.at);
        } else {
            let digits = raw.iter().filter(|byte| byte.is_ascii_digit()).count();
            token.digits = token.digits.saturating_add(digits);
            token.is_float |= raw.iter().any(|byte| matches!(byte, b'.' | b'e' | b'E'));
        }
        token.at = token.at.saturating_add(raw.len());
        let is_kept = self.depth == 0 || token.first != b'"';
        if is_kept && token.raw.len() < KEPT {
            token.raw.extend_from_slice(raw);
        }
    }

    fn ends(&mut self, place: usize) {
        let token = &self.token;
        let range = token.start..place;
        match token.first {
            b'"' => self.lone.end(),
            b'N' | b'I' => self.odd.push(range),
            b'-' if token.raw.ends_with(b"y") => self.odd.push(range),
            b'-' | b'0'..=b'9' if token.is_float => {
                let float = std::str::from_utf8(&token.raw).ok().and_then(|it| it.parse().ok());
                self.infinite.extend(float.filter(|it: &f64| it.is_infinite()).map(|_| range));
            }
            b'-' | b'0'..=b'9' if token.digits > MOST_DIGITS => self.long.push(range),
            _ => {}
        }
    }
}

/// Who keeps a value: its text is written again at the next save.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keeps {
    Nobody,
    All(Eras),
}
