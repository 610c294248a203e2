//! Reads JSON as Python's `json` does: NaN and infinities too, and numbers in their normal form.
//! Must not accept what Python refuses: the app would replace such a file.

use std::collections::HashMap;

use crate::tools::calculator::values::json_number;

use super::document::{Document, Text};

/// How deep values may stand in each other; Python gives up a little later.
const DEEPEST: usize = 500;

/// The most digits of a whole number that Python reads.
const MOST_DIGITS: usize = 4300;

/// Why a file cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unreadable {
    /// It is not JSON in UTF-8, or holds a number that is too long.
    Damaged,
    /// It is nested too deeply to say.
    TooDeep,
}

/// Reads a file.
pub(super) fn read(bytes: &[u8]) -> Result<Document, Unreadable> {
    let text = std::str::from_utf8(bytes).map_err(|_| Unreadable::Damaged)?;
    let mut reader = Reader { rest: text, depth: 0 };
    reader.space();
    let document = reader.value()?;
    reader.space();
    if reader.rest.is_empty() { Ok(document) } else { Err(Unreadable::Damaged) }
}

struct Reader<'a> {
    rest: &'a str,
    depth: usize,
}

impl Reader<'_> {
    fn space(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn take(&mut self, wanted: &str) -> bool {
        let rest = self.rest.strip_prefix(wanted);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn value(&mut self) -> Result<Document, Unreadable> {
        self.depth = self.depth.saturating_add(1);
        if self.depth > DEEPEST {
            return Err(Unreadable::TooDeep);
        }
        let value = self.any();
        self.depth = self.depth.saturating_sub(1);
        value
    }

    fn any(&mut self) -> Result<Document, Unreadable> {
        if self.take("{") {
            return self.object();
        }
        if self.take("[") {
            return self.array();
        }
        if self.take("\"") {
            return self.text().map(Document::Text);
        }
        for word in ["null", "true", "false", "NaN", "Infinity", "-Infinity"] {
            if self.take(word) {
                return Ok(Document::Literal(word.to_owned()));
            }
        }
        self.number()
    }

    fn array(&mut self) -> Result<Document, Unreadable> {
        let mut items = Vec::new();
        self.space();
        if self.take("]") {
            return Ok(Document::Array(items));
        }
        loop {
            self.space();
            items.push(self.value()?);
            self.space();
            if self.take("]") {
                return Ok(Document::Array(items));
            }
            if !self.take(",") {
                return Err(Unreadable::Damaged);
            }
        }
    }

    fn object(&mut self) -> Result<Document, Unreadable> {
        let mut members: Vec<(Text, Document)> = Vec::new();
        let mut places = HashMap::new();
        self.space();
        if self.take("}") {
            return Ok(Document::Object(members));
        }
        loop {
            self.space();
            if !self.take("\"") {
                return Err(Unreadable::Damaged);
            }
            let key = self.text()?;
            self.space();
            if !self.take(":") {
                return Err(Unreadable::Damaged);
            }
            self.space();
            let value = self.value()?;
            // Of two with one key the last value counts, in the place of the first.
            let place = *places.entry(key.clone()).or_insert(members.len());
            match members.get_mut(place) {
                Some((_, before)) => *before = value,
                None => members.push((key, value)),
            }
            self.space();
            if self.take("}") {
                return Ok(Document::Object(members));
            }
            if !self.take(",") {
                return Err(Unreadable::Damaged);
            }
        }
    }

    /// The rest of a text behind its opening quote.
    fn text(&mut self) -> Result<Text, Unreadable> {
        let mut out = Text::of("");
        loop {
            let mut chars = self.rest.chars();
            let it = chars.next().ok_or(Unreadable::Damaged)?;
            self.rest = chars.as_str();
            match it {
                '"' => return Ok(out),
                '\\' => self.escape(&mut out)?,
                '\0'..='\u{1f}' => return Err(Unreadable::Damaged),
                it => out.text.push(it),
            }
        }
    }

    fn escape(&mut self, out: &mut Text) -> Result<(), Unreadable> {
        let mut chars = self.rest.chars();
        let kind = chars.next().ok_or(Unreadable::Damaged)?;
        self.rest = chars.as_str();
        let it = match kind {
            '"' | '\\' | '/' => kind,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => self.unit_or_pair(out)?,
            _ => return Err(Unreadable::Damaged),
        };
        out.text.push(it);
        Ok(())
    }

    fn unit_or_pair(&mut self, out: &mut Text) -> Result<char, Unreadable> {
        let first = self.unit()?;
        if (0xD800..0xDC00).contains(&first) {
            let before = self.rest;
            if self.take("\\u") {
                let second = self.unit()?;
                if (0xDC00..0xE000).contains(&second) {
                    let high = first.saturating_sub(0xD800).saturating_mul(0x400);
                    let code = high.saturating_add(second.saturating_sub(0xDC00));
                    let it = char::from_u32(code.saturating_add(0x1_0000));
                    return Ok(it.unwrap_or(char::REPLACEMENT_CHARACTER));
                }
                self.rest = before;
            }
        }
        Ok(char::from_u32(first).unwrap_or_else(|| {
            out.lone = true;
            char::REPLACEMENT_CHARACTER
        }))
    }

    fn unit(&mut self) -> Result<u32, Unreadable> {
        let (digits, rest) = self.rest.split_at_checked(4).ok_or(Unreadable::Damaged)?;
        if !digits.bytes().all(|it| it.is_ascii_hexdigit()) {
            return Err(Unreadable::Damaged);
        }
        self.rest = rest;
        u32::from_str_radix(digits, 16).map_err(|_| Unreadable::Damaged)
    }

    fn number(&mut self) -> Result<Document, Unreadable> {
        let start = self.rest;
        self.take("-");
        if !self.take("0") {
            self.digits()?;
        }
        let mut whole = true;
        for (mark, signs) in [(&["."][..], &[][..]), (&["e", "E"], &["+", "-"])] {
            let before = self.rest;
            if mark.iter().any(|mark| self.take(mark)) {
                let _signed = signs.iter().any(|sign: &&str| self.take(sign));
                // What is no fraction or power is left to be refused.
                if self.digits().is_ok() {
                    whole = false;
                } else {
                    self.rest = before;
                }
            }
        }
        let written = start.strip_suffix(self.rest).ok_or(Unreadable::Damaged)?;
        if whole && written.trim_start_matches('-').len() > MOST_DIGITS {
            return Err(Unreadable::Damaged);
        }
        let literal = match (whole, written) {
            (true, "-0") => "0".to_owned(),
            (true, written) => written.to_owned(),
            (false, written) => json_number(written.parse().map_err(|_| Unreadable::Damaged)?),
        };
        Ok(Document::Literal(literal))
    }

    fn digits(&mut self) -> Result<(), Unreadable> {
        let rest = self.rest.trim_start_matches(|it: char| it.is_ascii_digit());
        let any = rest.len() < self.rest.len();
        self.rest = rest;
        if any { Ok(()) } else { Err(Unreadable::Damaged) }
    }
}
