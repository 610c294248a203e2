//! Skips a value that lies within the bytes in memory: the fast path of the parser.
//! Must not report errors: `None` means that the parser has to read the value.

use crate::store::json::simd::{StringStop, plain_prefix, short_string_len};

/// The open containers, the innermost in the lowest bit, which is set for an object.
#[derive(Default)]
struct OpenContainers {
    objects: u64,
    depth: u32,
}

impl OpenContainers {
    fn push(&mut self, is_object: u64) -> Option<()> {
        self.depth = self.depth.checked_add(1).filter(|depth| *depth < u64::BITS)?;
        self.objects = self.objects << 1 | is_object;
        Some(())
    }

    const fn pop(&mut self) {
        self.depth = self.depth.saturating_sub(1);
        self.objects >>= 1;
    }

    const fn is_object(&self) -> bool {
        self.objects & 1 == 1
    }
}

/// The length of white space and one value after it; `None` where the parser has to find it.
pub(super) fn skip_value(window: &[u8]) -> Option<usize> {
    let mut at = 0;
    let mut open = OpenContainers::default();
    loop {
        at = skip_space(window, at);
        let next = at.checked_add(1)?;
        at = match window.get(at)? {
            b'"' => skip_string(window, next)?,
            b'n' => skip_literal(window, at, b"null")?,
            b't' => skip_literal(window, at, b"true")?,
            b'f' => skip_literal(window, at, b"false")?,
            b'-' | b'0'..=b'9' => skip_number(window, at)?,
            b'{' => {
                open.push(1)?;
                let inside = skip_space(window, next);
                if *window.get(inside)? != b'}' {
                    at = skip_key(window, inside)?;
                    continue;
                }
                inside
            }
            b'[' => {
                open.push(0)?;
                let inside = skip_space(window, next);
                if *window.get(inside)? != b']' {
                    at = inside;
                    continue;
                }
                inside
            }
            _ => return None,
        };
        at = skip_separators(window, at, &mut open)?;
        if open.depth == 0 {
            return Some(at);
        }
    }
}

/// Skips everything between two values: closing brackets, a comma, a key.
#[inline]
fn skip_separators(window: &[u8], mut at: usize, open: &mut OpenContainers) -> Option<usize> {
    while open.depth > 0 {
        at = skip_space(window, at);
        let next = at.checked_add(1)?;
        match (window.get(at)?, open.is_object()) {
            (b'}', true) | (b']', false) => {
                open.pop();
                at = next;
            }
            (b',', true) => return skip_key(window, skip_space(window, next)),
            (b',', false) => return Some(next),
            _ => return None,
        }
    }
    Some(at)
}

/// Skips a key and its colon.
#[inline]
fn skip_key(window: &[u8], at: usize) -> Option<usize> {
    if *window.get(at)? != b'"' {
        return None;
    }
    let end = skip_string(window, at.checked_add(1)?)?;
    let colon = skip_space(window, end);
    (*window.get(colon)? == b':').then(|| colon.saturating_add(1))
}

/// Skips a string after its opening quote.
#[inline]
fn skip_string(window: &[u8], at: usize) -> Option<usize> {
    let rest = window.get(at..)?;
    let length = short_string_len(rest).or_else(|| match plain_prefix(rest) {
        (length, StringStop::Quote) => Some(length),
        (_, StringStop::Special | StringStop::WindowEnd) => None,
    })?;
    at.checked_add(length)?.checked_add(1)
}

#[inline]
fn skip_literal(window: &[u8], at: usize, word: &[u8]) -> Option<usize> {
    window.get(at..)?.starts_with(word).then(|| at.saturating_add(word.len()))
}

/// Skips a number that ends before the window does, after which it might continue.
fn skip_number(window: &[u8], mut at: usize) -> Option<usize> {
    if *window.get(at)? == b'-' {
        at = at.checked_add(1)?;
    }
    at = if *window.get(at)? == b'0' { at.checked_add(1)? } else { skip_digits(window, at)? };
    if *window.get(at)? == b'.' {
        at = skip_digits(window, at.checked_add(1)?)?;
    }
    if matches!(window.get(at)?, b'e' | b'E') {
        at = at.checked_add(1)?;
        if matches!(window.get(at)?, b'+' | b'-') {
            at = at.checked_add(1)?;
        }
        at = skip_digits(window, at)?;
    }
    Some(at)
}

/// Skips one or more digits.
#[inline]
fn skip_digits(window: &[u8], at: usize) -> Option<usize> {
    let digits = window.get(at..)?.iter().position(|byte| !byte.is_ascii_digit())?;
    (digits > 0).then(|| at.saturating_add(digits))
}

/// Skips white space, which is mostly indentation.
#[inline]
pub(super) fn skip_space(window: &[u8], mut at: usize) -> usize {
    loop {
        if window.get(at..at.saturating_add(8)) == Some(b"        ") {
            at = at.saturating_add(8);
        } else if matches!(window.get(at), Some(b' ' | b'\n' | b'\r' | b'\t')) {
            at = at.saturating_add(1);
        } else {
            return at;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::json::parser;
    use crate::store::json::stream::Stream;
    use proptest::prelude::*;

    /// Where the grammar says the value ends.
    fn slowly(text: &str) -> Option<usize> {
        let mut stream = Stream::new(text.as_bytes(), text.len());
        parser::visit_value(&mut stream, &mut ()).ok().map(|()| stream.position())
    }

    #[test]
    fn everything_the_web_app_writes_is_skipped() {
        for text in [
            "null,",
            "\"\" ",
            " 0,",
            "-12.5e+7]",
            "{}x",
            "[]x",
            "\"a \\\\ \\n \\\" b\"",
            "{\n  \"a\": [\n    1,\n    -0.53125,\n    {}\n  ],\n  \"b\": {\n    \"c\": true\n  }\n}",
            "          [\n            false]",
        ] {
            assert!(skip_value(text.as_bytes()).is_some(), "{text}");
            assert_eq!(skip_value(text.as_bytes()), slowly(text), "{text}");
        }
        let deep = format!("{}{}", "[".repeat(80), "]".repeat(80));
        assert_eq!(skip_value(deep.as_bytes()), None);
        assert_eq!(skip_value(b"17"), None, "it may go on");
        assert_eq!(skip_value(b"\"cut"), None);
    }

    proptest! {
        /// What is passed over at once is what the grammar passes over, and never anything else.
        #[test]
        fn a_skipped_value_ends_where_the_parser_ends_it(
            pieces in prop::collection::vec(
                prop::sample::select(vec![
                    "{", "}", "[", "]", ",", ":", "\"a\"", "\"a\": ", "1", "-", "0", ".5", "e3", "01",
                    "null", "true", "fals", "\n    ", "\r\n\t", "\"", "\\n", "\\", "\\u00e9", "\u{1}",
                    "\"a long string, longer than sixty-four bytes, with \\\"quotes\\\" and \\n lines in it\"",
                    "NaN", "名",
                ]),
                0..24,
            ),
        ) {
            let text = pieces.concat();
            if let Some(length) = skip_value(text.as_bytes()) {
                prop_assert_eq!(Some(length), slowly(&text), "{}", text);
            }
        }

        /// Nor does it where every piece is in its place but one.
        #[test]
        fn a_value_with_one_wrong_byte_ends_where_the_parser_ends_it(
            at in any::<prop::sample::Index>(),
            byte in prop::sample::select(b"\"\\{}[],:0-.e u\nxtn\t\x01".to_vec()),
            insert in any::<bool>(),
        ) {
            let mut bytes = b"{\n  \"a\": [\n    1,\n    -0.5e+3,\n    {}\n  ],\n  \"b\": {\n    \"c\": true, \"d\": \"x\\n\"\n  }\n},".to_vec();
            let at = at.index(bytes.len());
            if insert { bytes.insert(at, byte) } else { bytes[at] = byte }
            let text = String::from_utf8(bytes).unwrap();
            if let Some(length) = skip_value(text.as_bytes()) {
                prop_assert_eq!(Some(length), slowly(&text), "{}", text);
            }
        }
    }
}
