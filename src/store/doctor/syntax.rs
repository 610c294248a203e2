//! Repairs the syntax of a text that is not JSON.
//! Must not guess: what could mean two things stays as it is.

use std::fs::File;
use std::io::{self, Read, Seek};

use crate::chat::count;

/// The byte order mark in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The repaired text, and what was done to it in sentences; `None` where it is JSON or beyond repair.
///
/// # Errors
/// When the file cannot be read.
pub(super) fn repair_syntax(mut file: &File) -> io::Result<Option<(String, Vec<String>)>> {
    if crate::store::doctor::examine(file)?.is_json {
        return Ok(None);
    }
    file.rewind()?;
    let mut bytes = Vec::new();
    file.read_to_end(&mut bytes)?;
    if is_blank(&bytes) {
        let note = "The file was empty; replaced it with one without conversations.".to_owned();
        return Ok(Some(("{}".to_owned(), vec![note])));
    }
    Ok(repair_bytes(&bytes))
}

/// Whether there is no text: nothing, a byte order mark, or the zeros that a crash of the system leaves.
pub(super) fn is_blank(bytes: &[u8]) -> bool {
    let text = bytes.strip_prefix(BYTE_ORDER_MARK).unwrap_or(bytes);
    text.iter().all(|byte| *byte == 0 || byte.is_ascii_whitespace())
}

/// Repairs bytes that are no JSON, and says how; `None` where it is unclear what was meant.
pub(in crate::store) fn repair_bytes(bytes: &[u8]) -> Option<(String, Vec<String>)> {
    let mut repairer = SyntaxRepairer::default();
    let text = decode_text(bytes, &mut repairer.notes);
    repairer.repair(&text)?;
    Some((repairer.out, repairer.notes))
}

/// As much of a text as its syntax holds, closed where it is cut off or damaged; `None` where that is nothing.
pub(super) fn close_at_fault(bytes: &[u8]) -> Option<String> {
    let mut repairer = SyntaxRepairer::default();
    let text = decode_text(bytes, &mut repairer.notes);
    if repairer.repair(&text).is_none() {
        repairer.close_all()?;
    }
    Some(repairer.out)
}

/// Decodes UTF-16 with a byte order mark, else UTF-8 with replacement characters.
fn decode_text(bytes: &[u8], notes: &mut Vec<String>) -> String {
    let utf16 = |bytes: &[u8], unit: fn([u8; 2]) -> u16| {
        let units = bytes.chunks_exact(2).filter_map(|pair| Some(unit(pair.try_into().ok()?)));
        char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
    };
    let decoded = match bytes {
        [0xff, 0xfe, rest @ ..] => Some(utf16(rest, u16::from_le_bytes)),
        [0xfe, 0xff, rest @ ..] => Some(utf16(rest, u16::from_be_bytes)),
        _ => None,
    };
    if let Some(decoded) = decoded {
        notes.push("Converted the file from UTF-16 to UTF-8.".to_owned());
        return decoded;
    }
    let bytes = bytes.strip_prefix(BYTE_ORDER_MARK).map_or(bytes, |rest| {
        notes.push("Removed the byte order mark.".to_owned());
        rest
    });
    let text = String::from_utf8_lossy(bytes);
    if matches!(text, std::borrow::Cow::Owned(_)) {
        notes.push("Replaced bytes that are not UTF-8 with U+FFFD.".to_owned());
    }
    text.into_owned()
}

/// The tokens that may come next.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
enum ExpectedToken {
    #[default]
    Value,
    ValueOrEnd,
    Key,
    KeyOrEnd,
    Colon,
    CommaOrEnd,
}

#[derive(Debug, Default)]
struct SyntaxRepairer {
    out: String,
    /// The brackets that will close what is open.
    closers: Vec<char>,
    expect: ExpectedToken,
    /// The position in `out` of a comma that nothing has followed yet.
    trailing_comma: Option<usize>,
    notes: Vec<String>,
}

impl SyntaxRepairer {
    /// Writes the repaired text to `out`; `None` where it is beyond repair.
    fn repair(&mut self, text: &str) -> Option<()> {
        let mut rest = text;
        loop {
            let token = rest.trim_start_matches([' ', '\n', '\r', '\t']);
            let (space, _) = rest.split_at(rest.len().saturating_sub(token.len()));
            let is_over = self.closers.is_empty() && self.expect == ExpectedToken::CommaOrEnd;
            if is_over {
                if !token.is_empty() {
                    let removed = count::phrase(token.len(), "byte");
                    self.add_note(&format!("Removed {removed} after the end, kept in the copy."));
                }
                return Some(());
            }
            self.out.push_str(space);
            let Some(first) = token.chars().next() else { return self.close_all() };
            rest = self.take_token(first, token)?;
        }
    }

    fn take_token<'a>(&mut self, first: char, token: &'a str) -> Option<&'a str> {
        let closes = self.closers.last() == Some(&first);
        let after = token.get(1..).unwrap_or_default();
        match (self.expect, first) {
            (
                ExpectedToken::CommaOrEnd | ExpectedToken::KeyOrEnd | ExpectedToken::ValueOrEnd,
                _,
            ) if closes => {
                self.close_container(first);
                Some(after)
            }
            // Nothing follows the comma.
            (ExpectedToken::Key | ExpectedToken::Value, _)
                if closes && self.trailing_comma.is_some() =>
            {
                self.drop_comma();
                self.close_container(first);
                Some(after)
            }
            (ExpectedToken::CommaOrEnd, ',') => {
                self.trailing_comma = Some(self.out.len());
                self.out.push(',');
                let in_object = self.closers.last() == Some(&'}');
                self.expect = if in_object { ExpectedToken::Key } else { ExpectedToken::Value };
                Some(after)
            }
            (ExpectedToken::Colon, ':') => {
                self.out.push(':');
                self.expect = ExpectedToken::Value;
                Some(after)
            }
            (ExpectedToken::Key | ExpectedToken::KeyOrEnd, '"') => {
                self.trailing_comma = None;
                self.expect = ExpectedToken::Colon;
                Some(self.take_string(after))
            }
            (ExpectedToken::Value | ExpectedToken::ValueOrEnd, _) => {
                self.trailing_comma = None;
                self.take_value(first, token, after)
            }
            _ => None,
        }
    }

    fn take_value<'a>(&mut self, first: char, token: &'a str, after: &'a str) -> Option<&'a str> {
        match first {
            '{' | '[' => {
                self.out.push(first);
                let is_object = first == '{';
                self.closers.push(if is_object { '}' } else { ']' });
                self.expect =
                    if is_object { ExpectedToken::KeyOrEnd } else { ExpectedToken::ValueOrEnd };
                Some(after)
            }
            '"' => {
                self.expect = ExpectedToken::CommaOrEnd;
                Some(self.take_string(after))
            }
            _ => {
                let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.');
                let end = token.find(|c| !is_part(c)).unwrap_or(token.len());
                let (word, rest) = token.split_at(end);
                self.take_literal(word, rest)?;
                self.expect = ExpectedToken::CommaOrEnd;
                Some(rest)
            }
        }
    }

    fn take_literal(&mut self, word: &str, rest: &str) -> Option<()> {
        if crate::store::json::value_at(word, 0..word.len()).is_ok() {
            self.out.push_str(word);
            return Some(());
        }
        // Only a word that the end of the file cuts short is understood.
        let is_cut = rest.is_empty() && !word.is_empty();
        is_cut.then(|| self.out.push_str("null"))
    }

    /// Takes a string after its opening quote, and escapes what it must not contain.
    fn take_string<'a>(&mut self, text: &'a str) -> &'a str {
        self.out.push('"');
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let after = rest.get(c.len_utf8()..).unwrap_or_default();
            match c {
                '"' => {
                    self.out.push('"');
                    return after;
                }
                '\\' => {
                    rest = self.take_escape(after);
                    continue;
                }
                control if control < ' ' => {
                    self.out.push_str(&format!("\\u{:04x}", u32::from(control)));
                    self.add_note("Escaped control characters in strings.");
                }
                _ => self.out.push(c),
            }
            rest = after;
        }
        self.out.push('"');
        rest
    }

    fn take_escape<'a>(&mut self, after: &'a str) -> &'a str {
        let size = match after.as_bytes() {
            [b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => 1,
            [b'u', a, b, c, d, ..] if [a, b, c, d].iter().all(|it| it.is_ascii_hexdigit()) => 5,
            _ => 0,
        };
        let (escape, rest) = after.split_at(size);
        if size == 0 {
            self.add_note("Escaped stray backslashes in strings.");
            self.out.push('\\');
        }
        self.out.push('\\');
        self.out.push_str(escape);
        rest
    }

    /// Closes what is open where the text ends too early.
    fn close_all(&mut self) -> Option<()> {
        if self.out.is_empty() || (self.closers.is_empty() && self.expect == ExpectedToken::Value) {
            return None;
        }
        self.add_note("The file was cut off; added the missing quotes and brackets.");
        if self.trailing_comma.is_some() {
            self.drop_comma();
        } else {
            match self.expect {
                ExpectedToken::Colon => self.out.push_str(": null"),
                ExpectedToken::Value => self.out.push_str("null"),
                ExpectedToken::ValueOrEnd
                | ExpectedToken::Key
                | ExpectedToken::KeyOrEnd
                | ExpectedToken::CommaOrEnd => {}
            }
        }
        self.out.extend(self.closers.drain(..).rev());
        Some(())
    }

    fn close_container(&mut self, close: char) {
        self.closers.pop();
        self.out.push(close);
        self.expect = ExpectedToken::CommaOrEnd;
    }

    fn drop_comma(&mut self) {
        if let Some(at) = self.trailing_comma.take() {
            self.out.remove(at);
            self.add_note("Removed a trailing comma.");
        }
    }

    fn add_note(&mut self, note: &str) {
        if self.notes.iter().all(|other| other != note) {
            self.notes.push(note.to_owned());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn repaired(bytes: &[u8]) -> Option<String> {
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(bytes).unwrap();
        let (text, notes) = repair_syntax(&file).unwrap()?;
        assert!(!notes.is_empty());
        assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{text}");
        Some(text)
    }

    #[test]
    fn errors_with_one_meaning_are_repaired() {
        let wide: Vec<u8> =
            "\u{feff}{\"a\": \"é\"}".encode_utf16().flat_map(u16::to_le_bytes).collect();
        for (bytes, wanted) in [
            (b"\xef\xbb\xbf{}".to_vec(), "{}"),
            (wide, "{\"a\": \"é\"}"),
            (b"{\"a\": \"x\xffy\"}".to_vec(), "{\"a\": \"x\u{fffd}y\"}"),
            (b"{\"a\": \"x\ny\"}".to_vec(), "{\"a\": \"x\\u000ay\"}"),
            (b"{\"a\": \"\\x \\u12\"}".to_vec(), "{\"a\": \"\\\\x \\\\u12\"}"),
            (b"{\"a\": [1, 2,], }".to_vec(), "{\"a\": [1, 2] }"),
            (b"{\"a\": 1}}\0\0".to_vec(), "{\"a\": 1}"),
            (b" \n".to_vec(), "{}"),
        ] {
            assert_eq!(repaired(&bytes).as_deref(), Some(wanted));
        }
    }

    #[test]
    fn a_file_cut_anywhere_keeps_its_text() {
        let whole =
            r#"{"a": {"t": "some \u00e9 \" text", "n": [1.5e3, true, null, {}]}, "b": "é"}"#;
        for cut in 1..whole.len() {
            let text = repaired(&whole.as_bytes()[..cut]).unwrap();
            let had = &whole[..cut.min(15)];
            assert!(text.starts_with(had.trim_end()) || cut < 12, "{cut}: {text}");
        }
    }

    #[test]
    fn errors_with_two_meanings_are_left_alone() {
        for bytes in ["{'a': 1}", "{\"a\" 1}", "[1 2]", "{\"a\": tru, \"b\": 1}", "// x\n{}"] {
            assert_eq!(repaired(bytes.as_bytes()), None, "{bytes}");
        }
        assert_eq!(repaired(b"{}"), None);
    }
}
