//! Parses JSON with lone surrogates, which ChatGPT exports have where a text was truncated.

use serde::de::DeserializeOwned;

use crate::chat::lossy_json::replace_lone_surrogates;

/// Parses JSON; a lone surrogate, which is not valid in a text, becomes U+FFFD.
pub(super) fn parse<T: DeserializeOwned>(text: &str) -> Result<T, String> {
    let parsed = match serde_json::from_str(text) {
        Err(error) if is_escape_error(&error) => {
            serde_json::from_str(&replace_lone_surrogates(text))
        }
        other => other,
    };
    parsed.map_err(|error| {
        let at = format!("line {}, column {}", error.line(), error.column());
        format!("it is not valid JSON at {at}")
    })
}

fn is_escape_error(error: &serde_json::Error) -> bool {
    let message = error.to_string();
    message.contains("surrogate") || message.contains("hex escape")
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
