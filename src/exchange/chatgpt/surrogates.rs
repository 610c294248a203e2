//! Parses JSON with lone surrogates, which ChatGPT exports have where a text was truncated.

use serde::de::DeserializeOwned;

use crate::exchange::document_error::DocumentError;

/// Parses JSON; a lone surrogate, which is not valid in a text, becomes U+FFFD.
pub(super) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, DocumentError> {
    let parsed = match serde_json::from_str(text) {
        Err(error) if is_escape_error(&error) => {
            serde_json::from_str(&replace_lone_surrogates(text))
        }
        other => other,
    };
    parsed.map_err(|error| {
        let at = format!("line {}, column {}", error.line(), error.column());
        DocumentError::Malformed(format!("it is not valid JSON at {at}"))
    })
}

fn is_escape_error(error: &serde_json::Error) -> bool {
    let message = error.to_string();
    message.contains("surrogate") || message.contains("hex escape")
}

/// Replaces the escapes of lone surrogates with that of U+FFFD.
fn replace_lone_surrogates(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let length = if utf16_unit(escape).is_some() { 6 } else { 2 };
        let (first, after) = escape.split_at(escape.floor_char_boundary(length));
        match utf16_unit(escape) {
            Some(0xd800..=0xdbff) if matches!(utf16_unit(after), Some(0xdc00..=0xdfff)) => {
                let (second, after) = after.split_at(6);
                out.push_str(first);
                out.push_str(second);
                rest = after;
                continue;
            }
            Some(0xd800..=0xdfff) => out.push_str("\\ufffd"),
            Some(_) | None => out.push_str(first),
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// Returns the code unit of the escape at the start of a text.
fn utf16_unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_lone_surrogates_are_replaced() {
        let text = r#"["\ud83d\ude00 \ud83d \\ud83d \ude00x \u00e9 名"]"#;
        let read: Vec<String> = parse(text).unwrap();
        assert_eq!(read, ["😀 \u{fffd} \\ud83d \u{fffd}x é 名"]);
        assert!(parse::<Vec<String>>(r#"["\ud83d"#).is_err());
    }
}
