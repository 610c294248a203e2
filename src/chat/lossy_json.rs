//! JSON with numbers and characters Rust cannot represent, read with replacements: also what Python
//! writes for a number that is not finite. Must not fail on a
//! text that is JSON at all.

use serde_json::value::RawValue;
use serde_json::{Map, Value};

use crate::chat::map_members::MapMembers;

/// The depth below which values are read as null; bounds the recursion.
const MAX_DEPTH: usize = 100;

/// Parses JSON. A number that is too large or not finite becomes a string, a lone surrogate becomes
/// U+FFFD. `None` where the text is not JSON.
#[must_use]
pub fn parse(text: &str) -> Option<Value> {
    if let Ok(value) = serde_json::from_str(text) {
        return Some(value);
    }
    let text = quote_python_numbers(&replace_lone_surrogates(text));
    let raw: &RawValue = serde_json::from_str(&text).ok()?;
    Some(parse_lossy(raw.get(), MAX_DEPTH))
}

fn parse_lossy(raw: &str, deeper: usize) -> Value {
    let Some(deeper) = deeper.checked_sub(1) else {
        return Value::Null;
    };
    if let Ok(value) = serde_json::from_str(raw) {
        return value;
    }
    if raw.starts_with('[') {
        let all: Vec<&RawValue> = serde_json::from_str(raw).unwrap_or_default();
        return all.into_iter().map(|it| parse_lossy(it.get(), deeper)).collect();
    }
    if raw.starts_with('{') {
        let all: MapMembers<String, &RawValue> = serde_json::from_str(raw).unwrap_or_default();
        let members = all.0.into_iter().map(|(key, it)| (key, parse_lossy(it.get(), deeper)));
        return Value::Object(members.collect::<Map<_, _>>());
    }
    Value::String(raw.to_owned())
}

/// Puts quotes around `NaN` and infinities.
fn quote_python_numbers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut is_in_string = false;
    while let Some(first) = rest.chars().next() {
        let words = ["NaN", "Infinity", "-Infinity"];
        let word = words.into_iter().find(|word| !is_in_string && rest.starts_with(word));
        let length = match (word, first) {
            (Some(word), _) => word.len(),
            (None, '\\') => 1 + rest.chars().nth(1).map_or(0, char::len_utf8),
            (None, _) => first.len_utf8(),
        };
        is_in_string ^= first == '"';
        let (piece, after) = rest.split_at_checked(length).unwrap_or((rest, ""));
        out.push_str(&word.map_or_else(|| piece.to_owned(), |word| format!("\"{word}\"")));
        rest = after;
    }
    out
}

/// Replaces every escaped lone surrogate.
pub(crate) fn replace_lone_surrogates(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let length = match utf16_unit(escape) {
            None => 1 + escape.chars().nth(1).map_or(0, char::len_utf8),
            Some(0xd800..=0xdbff) if is_low_surrogate(escape.get(6..).unwrap_or_default()) => 12,
            Some(0xd800..=0xdfff) => {
                out.push_str("\\ufffd");
                rest = escape.get(6..).unwrap_or_default();
                continue;
            }
            Some(_) => 6,
        };
        let (unchanged, after) = escape.split_at_checked(length).unwrap_or((escape, ""));
        out.push_str(unchanged);
        rest = after;
    }
    out.push_str(rest);
    out
}

fn is_low_surrogate(text: &str) -> bool {
    matches!(utf16_unit(text), Some(0xdc00..=0xdfff))
}

/// The UTF-16 unit of a `\u` escape.
fn utf16_unit(escape: &str) -> Option<u16> {
    u16::from_str_radix(escape.strip_prefix("\\u")?.get(..4)?, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn numbers_too_large_become_strings_and_the_rest_is_unchanged() {
        let long = "9".repeat(400);
        let text = format!(r#"{{"a": [1.5, 1E400, -{long}], "b": {{"c": "d", "e": {long}}}}}"#);
        let wanted =
            json!({ "a": [1.5, "1E400", format!("-{long}")], "b": { "c": "d", "e": long } });
        assert_eq!(parse(&text), Some(wanted));
    }

    #[test]
    fn pythons_numbers_become_strings_and_their_names_in_texts_stay() {
        let text = r#"{"NaN": [NaN, -Infinity, Infinity, "\" NaN, Infinity", 1.5], "é": "NaN"}"#;
        let wanted = json!({
            "NaN": ["NaN", "-Infinity", "Infinity", "\" NaN, Infinity", 1.5], "é": "NaN"
        });
        assert_eq!(parse(text), Some(wanted));
        assert_eq!(parse("[nan]"), None);
    }

    #[test]
    fn lone_surrogates_are_replaced_and_invalid_json_is_none() {
        let text = r#"{"a": "\ud83d x \ude00 \ud83d\ude00 \\ud83d \n", "\udc00": 1}"#;
        let wanted = json!({ "a": "\u{fffd} x \u{fffd} 😀 \\ud83d \n", "\u{fffd}": 1 });
        assert_eq!(parse(text), Some(wanted));
        for broken in ["", "{", "[1,]", "\\", "\"\\ud83d", "\"\\u12"] {
            assert_eq!(parse(broken), None, "{broken}");
        }
    }

    #[test]
    fn deep_nesting_is_cut_off() {
        let text = format!("{{\"a\": {}1E400{}, \"b\": 2}}", "[".repeat(5000), "]".repeat(5000));
        assert_eq!(parse(&text).unwrap()["b"], 2);
    }
}
