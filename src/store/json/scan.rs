//! Finds the values of a JSON text by byte range, checking the grammar on the way.
//! May not recurse: a file nested ten thousand deep is read like any other.

use std::ops::Range;

use super::skim::skim;

/// Why a text is not JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ScanError {
    /// The byte where it stops being JSON.
    pub at: usize,
    /// What is wrong there.
    pub what: &'static str,
}

/// One member of an object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The key, quotes included.
    pub key: Range<usize>,
    /// The value.
    pub value: Range<usize>,
}

/// The one value a whole text holds.
///
/// # Errors
/// When the text is not JSON, or holds more than one value.
pub fn value_at(text: &str, range: Range<usize>) -> Result<Range<usize>, ScanError> {
    let end = range.end;
    let mut scanner = Scanner { bytes: text.as_bytes(), at: range.start, end };
    scanner.skip_space();
    let value = scanner.value()?;
    scanner.skip_space();
    if scanner.at < end {
        return Err(scanner.wrong("more text after the end of the value"));
    }
    Ok(value)
}

/// The members of the object at a range, in the order they stand in.
///
/// # Errors
/// When the range is not one whole object.
pub fn members(text: &str, range: Range<usize>) -> Result<Vec<Member>, ScanError> {
    let mut found = Vec::new();
    let mut scanner = Scanner { bytes: text.as_bytes(), at: range.start, end: range.end };
    scanner.expect(b'{', "an object should begin here")?;
    scanner.skip_space();
    if scanner.peek() == Some(b'}') {
        return Ok(found);
    }
    loop {
        scanner.skip_space();
        let key = scanner.string()?;
        scanner.skip_space();
        scanner.expect(b':', "a colon is missing")?;
        scanner.skip_space();
        let value = scanner.value()?;
        found.push(Member { key, value });
        scanner.skip_space();
        match scanner.next() {
            Some(b',') => {}
            Some(b'}') => return Ok(found),
            _ => return Err(scanner.wrong("a comma or a closing brace is missing")),
        }
    }
}

/// The elements of the array at a range.
///
/// # Errors
/// When the range is not one whole array.
pub fn elements(text: &str, range: Range<usize>) -> Result<Vec<Range<usize>>, ScanError> {
    let mut found = Vec::new();
    let mut scanner = Scanner { bytes: text.as_bytes(), at: range.start, end: range.end };
    scanner.expect(b'[', "an array should begin here")?;
    scanner.skip_space();
    if scanner.peek() == Some(b']') {
        return Ok(found);
    }
    loop {
        scanner.skip_space();
        found.push(scanner.value()?);
        scanner.skip_space();
        match scanner.next() {
            Some(b',') => {}
            Some(b']') => return Ok(found),
            _ => return Err(scanner.wrong("a comma or a closing bracket is missing")),
        }
    }
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
    end: usize,
}

/// What may come next inside a value.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expect {
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    CommaOrEnd,
}

impl Scanner<'_> {
    fn wrong(&self, what: &'static str) -> ScanError {
        ScanError { at: self.at.min(self.end), what }
    }

    fn peek(&self) -> Option<u8> {
        if self.at < self.end { self.bytes.get(self.at).copied() } else { None }
    }

    fn next(&mut self) -> Option<u8> {
        let byte = self.peek()?;
        self.at = self.at.saturating_add(1);
        Some(byte)
    }

    fn expect(&mut self, byte: u8, what: &'static str) -> Result<(), ScanError> {
        if self.peek() == Some(byte) {
            self.at = self.at.saturating_add(1);
            return Ok(());
        }
        Err(self.wrong(what))
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            self.at = self.at.saturating_add(1);
        }
    }

    /// Passes over one value, however deep, with a stack of its own.
    fn value(&mut self) -> Result<Range<usize>, ScanError> {
        let start = self.at;
        if let Some(length) = self.bytes.get(start..self.end).and_then(skim) {
            self.at = start.saturating_add(length);
            return Ok(start..self.at);
        }
        let mut open: Vec<u8> = Vec::new();
        let mut expect = Expect::Value;
        loop {
            self.skip_space();
            let byte = self.peek().ok_or_else(|| self.wrong("the text ends here"))?;
            let closes = open.last().is_some_and(|opened| *opened == byte);
            expect = match (expect, byte) {
                (Expect::ValueOrEnd | Expect::KeyOrEnd | Expect::CommaOrEnd, _) if closes => {
                    self.at = self.at.saturating_add(1);
                    open.pop();
                    Expect::CommaOrEnd
                }
                (Expect::CommaOrEnd, b',') => {
                    self.at = self.at.saturating_add(1);
                    if open.last() == Some(&b'}') { Expect::Key } else { Expect::Value }
                }
                (Expect::CommaOrEnd, _) => return Err(self.wrong("a comma is missing")),
                (Expect::Key | Expect::KeyOrEnd, _) => {
                    self.string()?;
                    self.skip_space();
                    self.expect(b':', "a colon is missing")?;
                    Expect::Value
                }
                (Expect::Value | Expect::ValueOrEnd, b'{') => {
                    self.at = self.at.saturating_add(1);
                    open.push(b'}');
                    Expect::KeyOrEnd
                }
                (Expect::Value | Expect::ValueOrEnd, b'[') => {
                    self.at = self.at.saturating_add(1);
                    open.push(b']');
                    Expect::ValueOrEnd
                }
                (Expect::Value | Expect::ValueOrEnd, _) => {
                    self.scalar(byte)?;
                    Expect::CommaOrEnd
                }
            };
            if open.is_empty() && expect == Expect::CommaOrEnd {
                return Ok(start..self.at);
            }
        }
    }

    fn scalar(&mut self, first: u8) -> Result<(), ScanError> {
        match first {
            b'"' => self.string().map(|_| ()),
            b't' => self.word(b"true"),
            b'f' => self.word(b"false"),
            b'n' => self.word(b"null"),
            b'-' | b'0'..=b'9' => self.number(),
            _ => Err(self.wrong("no JSON value begins like this")),
        }
    }

    fn word(&mut self, word: &[u8]) -> Result<(), ScanError> {
        let end = self.at.saturating_add(word.len());
        if end <= self.end && self.bytes.get(self.at..end) == Some(word) {
            self.at = end;
            return Ok(());
        }
        Err(self.wrong("no JSON value begins like this"))
    }

    fn number(&mut self) -> Result<(), ScanError> {
        if self.peek() == Some(b'-') {
            self.at = self.at.saturating_add(1);
        }
        match self.next() {
            Some(b'0') => {}
            Some(b'1'..=b'9') => self.digits(),
            _ => return Err(self.wrong("a digit is missing")),
        }
        if self.peek() == Some(b'.') {
            self.at = self.at.saturating_add(1);
            self.some_digits()?;
        }
        if matches!(self.peek(), Some(b'e' | b'E')) {
            self.at = self.at.saturating_add(1);
            if matches!(self.peek(), Some(b'+' | b'-')) {
                self.at = self.at.saturating_add(1);
            }
            self.some_digits()?;
        }
        Ok(())
    }

    fn digits(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            self.at = self.at.saturating_add(1);
        }
    }

    fn some_digits(&mut self) -> Result<(), ScanError> {
        if !self.peek().is_some_and(|byte| byte.is_ascii_digit()) {
            return Err(self.wrong("a digit is missing"));
        }
        self.digits();
        Ok(())
    }

    fn string(&mut self) -> Result<Range<usize>, ScanError> {
        let start = self.at;
        self.expect(b'"', "a string should begin here")?;
        loop {
            let rest = self.bytes.get(self.at..self.end).unwrap_or_default();
            let stop = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..=0x1f));
            let Some(stop) = stop else {
                self.at = self.end;
                return Err(self.wrong("a string does not end"));
            };
            self.at = self.at.saturating_add(stop);
            match self.next() {
                Some(b'"') => return Ok(start..self.at),
                Some(b'\\') => self.escape()?,
                _ => {
                    self.at = self.at.saturating_sub(1);
                    return Err(self.wrong("a control character stands bare in a string"));
                }
            }
        }
    }

    fn escape(&mut self) -> Result<(), ScanError> {
        match self.next() {
            Some(b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't') => Ok(()),
            Some(b'u') => {
                for _ in 0..4 {
                    if !self.next().is_some_and(|byte| byte.is_ascii_hexdigit()) {
                        return Err(self.wrong("an escape is broken"));
                    }
                }
                Ok(())
            }
            _ => Err(self.wrong("an escape is broken")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn is_json(text: &str) -> bool {
        value_at(text, 0..text.len()).is_ok()
    }

    #[test]
    fn the_grammar_is_that_of_json_and_nothing_more() {
        for good in ["{}", " [1, -0.5e+3, \"a\\u00e9\\n\", null, true] ", "\"\u{7f}\u{2028}\"", "0"]
        {
            assert!(is_json(good), "{good}");
        }
        for bad in [
            "",
            "{",
            "[1,]",
            "{\"a\":1,}",
            "{a:1}",
            "01",
            "1.",
            "1e",
            "-",
            "NaN",
            "\"\n\"",
            "\"\\x\"",
            "\"\\u12\"",
            "[1] 2",
            "nul",
            "{\"a\" 1}",
            "[1 2]",
            "[}",
            "\u{feff}{}",
            "'a'",
        ] {
            assert!(!is_json(bad), "{bad}");
        }
    }

    #[test]
    fn depth_costs_no_stack() {
        let deep = "[".repeat(200_000) + &"]".repeat(200_000);
        assert!(is_json(&deep));
        assert!(!is_json(&deep[1..]));
    }

    proptest! {
        #[test]
        fn it_agrees_with_a_full_parser_on_texts_made_of_json_pieces(
            pieces in prop::collection::vec(
                prop::sample::select(vec![
                    "{", "}", "[", "]", ",", ":", "\"a\"", "1", "-2.5", "null", "true", " ", "\n",
                    "\"\\u00e9\"", "1e5", "\"",
                ]),
                0..12,
            )
        ) {
            let text = pieces.concat();
            let full = serde_json::from_str::<serde::de::IgnoredAny>(&text).is_ok();
            prop_assert_eq!(is_json(&text), full, "{}", text);
        }
    }
}
