//! JSON strings: read leniently, written to the byte as the web app writes them.

use std::fmt::Write;

use memchr::memchr;

/// The text of a JSON string (quotes included). A lone surrogate, which no Rust text can hold,
/// becomes U+FFFD; the bytes in the file stay as they are.
pub(crate) fn decode_string(raw: &str) -> String {
    decode_inner(raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(raw))
}

/// The text of the bytes between a JSON string's quotes.
pub(crate) fn decode_raw(raw: &[u8]) -> String {
    decode_inner(&String::from_utf8_lossy(raw))
}

/// Whether the bytes between a key's quotes spell a name.
pub(crate) fn is_key(raw: &[u8], name: &str) -> bool {
    raw == name.as_bytes() || (raw.contains(&b'\\') && decode_raw(raw) == name)
}

fn decode_inner(inner: &str) -> String {
    let mut text = String::with_capacity(inner.len());
    let mut rest = inner;
    while let Some(at) = memchr(b'\\', rest.as_bytes()) {
        let (plain, escape) = rest.split_at(at);
        text.push_str(plain);
        rest = decode_escape(escape, &mut text);
    }
    text.push_str(rest);
    text
}

/// Decodes one escape at the start of `text` and returns what follows it.
fn decode_escape<'a>(text: &'a str, out: &mut String) -> &'a str {
    let mut characters = text.chars();
    characters.next();
    let plain = match characters.next() {
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some('b') => '\u{8}',
        Some('f') => '\u{c}',
        Some('u') => {
            let (unit, rest) = code_unit(characters.as_str());
            return decode_unit(unit, rest, out);
        }
        Some(other) => other,
        None => return "",
    };
    out.push(plain);
    characters.as_str()
}

/// One UTF-16 unit, joined with the low half that may follow it.
fn decode_unit<'a>(unit: u16, rest: &'a str, out: &mut String) -> &'a str {
    if (0xd800..0xdc00).contains(&unit)
        && let Some(after) = rest.strip_prefix("\\u")
    {
        let (low, beyond) = code_unit(after);
        if let Some(Ok(joined)) = char::decode_utf16([unit, low]).next() {
            out.push(joined);
            return beyond;
        }
    }
    out.push(char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER));
    rest
}

fn code_unit(text: &str) -> (u16, &str) {
    let (digits, rest) = text.split_at_checked(4).unwrap_or((text, ""));
    (u16::from_str_radix(digits, 16).unwrap_or(0xfffd), rest)
}

/// A text as a JSON string.
pub(crate) fn to_json_string(text: &str) -> String {
    let mut out = String::new();
    encode_string(text, &mut out);
    out
}

/// Adds a text as the web app writes it: the short escapes, `\u00xx` for other controls below
/// U+0020, everything else as it is.
pub(crate) fn encode_string(text: &str, out: &mut String) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            control if control < ' ' => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn escapes_are_the_web_apps_to_the_byte() {
        let out = to_json_string("a\"\\\n\r\t\u{8}\u{c}\0\u{1f}\u{7f}\u{85}\u{2028}/é😀");
        let wanted = "\"a\\\"\\\\\\n\\r\\t\\b\\f\\u0000\\u001f\u{7f}\u{85}\u{2028}/é😀\"";
        assert_eq!(out, wanted);
    }

    #[test]
    fn pairs_are_joined_and_lone_halves_become_the_replacement_character() {
        assert_eq!(decode_string(r#""😀 \/ é""#), "😀 / é");
        assert_eq!(decode_string(r#""\ud83dx""#), "\u{fffd}x");
        assert_eq!(decode_string(r#""\udc00""#), "\u{fffd}");
        assert_eq!(decode_string(r#""\ud83dA""#), "\u{fffd}A");
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(text in any::<String>()) {
            let raw = to_json_string(&text);
            prop_assert_eq!(decode_string(&raw), text.clone());
            prop_assert_eq!(serde_json::from_str::<String>(&raw).unwrap(), text);
        }
    }
}
