//! The errors of Python's `json` for a text that it does not read (`CPython` 3.13, `Modules/_json.c`
//! and `Lib/json/decoder.py`). Must not be reworded, because a chat may have errors of both calculators.

/// How deep values may be nested here; Python reads far deeper ones.
const MAX_DEPTH: usize = 200;

/// Why a text cannot be read.
enum JsonFault {
    /// Python's words, and the position they are about.
    At(&'static str, usize),
    /// The text is nested too deeply to find the error.
    TooDeep,
}

type Read<T = ()> = Result<T, JsonFault>;

/// Returns Python's error; `None` for a text that Python reads, or that is nested too deeply.
pub(super) fn error(json: &str) -> Option<String> {
    let chars: Vec<char> = json.chars().collect();
    match (Scanner { chars: &chars, at: 0, depth: 0 }).document() {
        Err(JsonFault::At(why, at)) => {
            let before = chars.get(..at).unwrap_or_default();
            let line = before.iter().filter(|c| **c == '\n').count().saturating_add(1);
            let in_line = before.iter().rev().take_while(|c| **c != '\n').count();
            let column = in_line.saturating_add(1);
            Some(format!("{why}: line {line} column {column} (char {at})"))
        }
        Ok(()) | Err(JsonFault::TooDeep) => None,
    }
}

struct Scanner<'a> {
    chars: &'a [char],
    at: usize,
    depth: usize,
}

impl Scanner<'_> {
    fn document(&mut self) -> Read {
        if self.peek() == Some('\u{feff}') {
            return Err(JsonFault::At("Unexpected UTF-8 BOM (decode using utf-8-sig)", 0));
        }
        self.skip_space();
        self.value()?;
        self.skip_space();
        if self.peek().is_some() { self.fault("Extra data") } else { Ok(()) }
    }

    fn value(&mut self) -> Read {
        match self.peek() {
            Some('"') => self.text(),
            Some(open @ ('{' | '[')) => self.container(open),
            _ => {
                let words = ["null", "true", "false", "NaN", "Infinity", "-Infinity"];
                if words.into_iter().any(|word| self.take_word(word)) {
                    Ok(())
                } else {
                    self.number()
                }
            }
        }
    }

    fn container(&mut self, open: char) -> Read {
        self.depth = self.depth.saturating_add(1);
        if self.depth > MAX_DEPTH {
            return Err(JsonFault::TooDeep);
        }
        let (close, trailing_comma) = match open {
            '{' => ('}', "Illegal trailing comma before end of object"),
            _ => (']', "Illegal trailing comma before end of array"),
        };
        self.advance();
        self.skip_space();
        if !self.take(close) {
            loop {
                if open == '{' {
                    self.key()?;
                }
                self.value()?;
                self.skip_space();
                if self.take(close) {
                    break;
                }
                let comma = self.at;
                if !self.take(',') {
                    return self.fault("Expecting ',' delimiter");
                }
                self.skip_space();
                if self.peek() == Some(close) {
                    return Err(JsonFault::At(trailing_comma, comma));
                }
            }
        }
        self.depth = self.depth.saturating_sub(1);
        Ok(())
    }

    /// Reads a key with its colon.
    fn key(&mut self) -> Read {
        if self.peek() != Some('"') {
            return self.fault("Expecting property name enclosed in double quotes");
        }
        self.text()?;
        self.skip_space();
        if !self.take(':') {
            return self.fault("Expecting ':' delimiter");
        }
        self.skip_space();
        Ok(())
    }

    fn text(&mut self) -> Read {
        let start = self.at;
        self.advance();
        loop {
            let at = self.at;
            match self.peek() {
                None => return Err(JsonFault::At("Unterminated string starting at", start)),
                Some('\0'..='\u{1f}') => return self.fault("Invalid control character at"),
                Some('"') => {
                    self.advance();
                    return Ok(());
                }
                Some('\\') => {
                    self.advance();
                    match self.peek() {
                        None => {
                            return Err(JsonFault::At("Unterminated string starting at", start));
                        }
                        Some('u') => self.code(at)?,
                        Some('"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't') => self.advance(),
                        Some(_) => return Err(JsonFault::At("Invalid \\escape", at)),
                    }
                }
                Some(_) => self.advance(),
            }
        }
    }

    /// Reads the four digits of an escape, whose backslash is at a position. Another character must
    /// follow, at the least the closing quote.
    fn code(&mut self, backslash: usize) -> Read {
        self.advance();
        let digits = self.chars.get(self.at..self.at.saturating_add(4));
        let is_code = digits.is_some_and(|digits| digits.iter().all(char::is_ascii_hexdigit));
        self.at = self.at.saturating_add(4);
        if is_code && self.peek().is_some() {
            return Ok(());
        }
        Err(JsonFault::At("Invalid \\uXXXX escape", backslash.saturating_add(1)))
    }

    fn number(&mut self) -> Read {
        let start = self.at;
        self.take('-');
        if !self.take('0') && self.digits() == 0 {
            return Err(JsonFault::At("Expecting value", start));
        }
        if self.peek() == Some('.') && self.ahead(1).is_some_and(|c| c.is_ascii_digit()) {
            self.advance();
            self.digits();
        }
        let whole = self.at;
        if self.take('e') || self.take('E') {
            let _ = self.take('+') || self.take('-');
            if self.digits() == 0 {
                self.at = whole;
            }
        }
        Ok(())
    }

    /// Takes digits and returns how many there were.
    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.peek().is_some_and(|c| c.is_ascii_digit()) {
            self.advance();
        }
        self.at.saturating_sub(start)
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(' ' | '\t' | '\n' | '\r')) {
            self.advance();
        }
    }

    fn take_word(&mut self, word: &str) -> bool {
        let is_next = word.chars().enumerate().all(|(at, c)| self.ahead(at) == Some(c));
        if is_next {
            self.at = self.at.saturating_add(word.len());
        }
        is_next
    }

    fn take(&mut self, c: char) -> bool {
        let is_next = self.peek() == Some(c);
        if is_next {
            self.advance();
        }
        is_next
    }

    fn peek(&self) -> Option<char> {
        self.ahead(0)
    }

    fn ahead(&self, count: usize) -> Option<char> {
        self.chars.get(self.at.saturating_add(count)).copied()
    }

    const fn advance(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    const fn fault<T>(&self, why: &'static str) -> Read<T> {
        Err(JsonFault::At(why, self.at))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The errors are those of Python 3.13.0.
    #[test]
    fn errors_have_the_words_of_python() {
        for (json, why) in [
            ("{", "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
            (
                "{'a': 1}",
                "Expecting property name enclosed in double quotes: line 1 column 2 (char 1)",
            ),
            ("{\"a\" 1}", "Expecting ':' delimiter: line 1 column 6 (char 5)"),
            ("{\"a\": }", "Expecting value: line 1 column 7 (char 6)"),
            ("{\"a\": 1", "Expecting ',' delimiter: line 1 column 8 (char 7)"),
            (
                "{\"a\": 1,\n}",
                "Illegal trailing comma before end of object: line 1 column 8 (char 7)",
            ),
            ("[1,\n 2, ]", "Illegal trailing comma before end of array: line 2 column 3 (char 6)"),
            ("{\"é\": \"1+", "Unterminated string starting at: line 1 column 7 (char 6)"),
            ("{\"a\": \"1\n\"}", "Invalid control character at: line 1 column 9 (char 8)"),
            ("\"\\q\"", "Invalid \\escape: line 1 column 2 (char 1)"),
            ("\"\\u12\"", "Invalid \\uXXXX escape: line 1 column 3 (char 2)"),
            ("{} {}", "Extra data: line 1 column 4 (char 3)"),
            ("1.", "Extra data: line 1 column 2 (char 1)"),
            ("2 + 2", "Extra data: line 1 column 3 (char 2)"),
            ("-", "Expecting value: line 1 column 1 (char 0)"),
        ] {
            assert_eq!(error(json).as_deref(), Some(why), "{json}");
        }
        for json in ["{\"a\": [NaN, -Infinity, 1e5, \"\\ud83d\"]}", " [] ", &"[".repeat(1000)] {
            assert_eq!(error(json), None, "{json}");
        }
    }
}
