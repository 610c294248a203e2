//! Parses JSON with lone surrogates.

use serde::de::DeserializeOwned;

use crate::exchange::format_error::FormatError;

/// Reads JSON; a lone surrogate, which no text can hold, becomes U+FFFD.
pub(super) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, FormatError> {
    let first = serde_json::from_str(text);
    let read = match first {
        Err(error) if is_escape_error(&error) => {
            serde_json::from_str(&replace_lone_surrogates(text))
        }
        other => other,
    };
    read.map_err(|error| {
        let at = format!("line {}, column {}", error.line(), error.column());
        FormatError::Malformed(format!("it is not valid JSON at {at}"))
    })
}

fn is_escape_error(error: &serde_json::Error) -> bool {
    let said = error.to_string();
    said.contains("surrogate") || said.contains("hex escape")
}

/// Every escape of a lone surrogate as that of U+FFFD.
fn replace_lone_surrogates(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        let (before, escape) = rest.split_at(at);
        out.push_str(before);
        let long = if utf16_unit(escape).is_some() { 6 } else { 2 };
        let (first, behind) = escape.split_at(escape.floor_char_boundary(long));
        match utf16_unit(escape) {
            Some(0xd800..=0xdbff) if matches!(utf16_unit(behind), Some(0xdc00..=0xdfff)) => {
                let (second, behind) = behind.split_at(6);
                out.push_str(first);
                out.push_str(second);
                rest = behind;
                continue;
            }
            Some(0xd800..=0xdfff) => out.push_str("\\ufffd"),
            Some(_) | None => out.push_str(first),
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}

/// The number of an escape that begins here.
fn utf16_unit(text: &str) -> Option<u32> {
    let digits = text.strip_prefix("\\u")?.get(..4)?;
    u32::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_half_characters_are_replaced() {
        let text = r#"["\ud83d\ude00 \ud83d \\ud83d \ude00x \u00e9 名"]"#;
        let read: Vec<String> = parse(text).unwrap();
        assert_eq!(read, ["😀 \u{fffd} \\ud83d \u{fffd}x é 名"]);
        assert!(parse::<Vec<String>>(r#"["\ud83d"#).is_err());
    }
}
