//! Reasoning data to the byte as the web app writes it; numbers keep their spelling.
//! Must not write a shape that the web app rejects the file for: then there is none.

use crate::chat::python_float::MAX_INTEGER_DIGITS;
use crate::store::json::{FormatError, ValueFormat, decode_string, to_json_string, value_at};
use crate::store::records::verdict::is_reasoning_data;

/// The most values within values: far below where the web app can no longer save.
const MAX_REASONING_DEPTH: usize = 100;

/// The data in the web app's layout, `level` steps deep; `None` where the web app would not accept it.
pub(super) fn format_reasoning(raw: &str, level: usize) -> Option<String> {
    let value = raw.get(value_at(raw, 0..raw.len()).ok()?)?;
    let format = ValueFormat { max_level: level.saturating_add(MAX_REASONING_DEPTH), scalar };
    if is_reasoning_data(raw) { format.format(value, level).ok() } else { None }
}

fn scalar(raw: &str) -> Result<String, FormatError> {
    if raw.starts_with('"') {
        return Ok(to_json_string(&decode_string(raw)));
    }
    let is_long = raw.trim_start_matches('-').len() > MAX_INTEGER_DIGITS;
    if is_long { Err(FormatError::Malformed) } else { Ok(raw.to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_longer_than_a_machines_stay_what_they_are() {
        let long = "9".repeat(MAX_INTEGER_DIGITS);
        for number in ["1267650600228229401496703205376", "1e+16", "-0.0", long.as_str()] {
            let raw = format!("{{\"tool_outputs\":[{{\"output\":{{\"result\":{number}}}}}]}}");
            let out = format_reasoning(&raw, 0).unwrap();
            assert!(out.contains(&format!("\"result\": {number}\n")), "{out}");
        }
        assert_eq!(format_reasoning(&format!("{{\"x\":{long}9}}"), 0), None);
    }

    #[test]
    fn what_is_nested_too_deep_is_left_out() {
        let deep =
            |levels: usize| format!("{{\"x\":{}{}}}", "[".repeat(levels), "]".repeat(levels));
        assert!(format_reasoning(&deep(50), 4).is_some());
        assert_eq!(format_reasoning(&deep(5000), 4), None);
    }

    #[test]
    fn half_a_surrogate_pair_never_reaches_the_file() {
        let out = format_reasoning(r#"{"complete_summary":"a\ud83dz","k\udc00":[]}"#, 0).unwrap();
        assert_eq!(out, "{\n  \"complete_summary\": \"a\u{fffd}z\",\n  \"k\u{fffd}\": []\n}");
    }
}
