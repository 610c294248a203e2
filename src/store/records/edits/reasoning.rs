//! Reasoning data to the byte as the web app writes it; numbers keep their spelling.
//! Must not write a shape that the web app rejects the file for: then there is none.

use std::ops::Range;

use crate::store::json::{decode_string, elements, encode_string, members, value_at};
use crate::store::records::verdict::{MAX_DIGITS, is_reasoning_data};

/// The most values within values: far below where the web app can no longer save.
const MAX_REASONING_DEPTH: usize = 100;

/// The data in the web app's layout, `level` steps deep; `None` where the web app would not accept it.
pub(super) fn format_reasoning(raw: &str, level: usize) -> Option<String> {
    let range = value_at(raw, 0..raw.len()).ok()?;
    let mut out = String::new();
    (is_reasoning_data(raw)
        && push_value(raw, range, level, level.saturating_add(MAX_REASONING_DEPTH), &mut out))
    .then_some(out)
}

/// The key of an object's member, none for an array's element, and its value.
type Item = (Option<Range<usize>>, Range<usize>);

/// Adds a value; returns whether it could be added.
fn push_value(
    raw: &str,
    range: Range<usize>,
    level: usize,
    deepest: usize,
    out: &mut String,
) -> bool {
    let below = level.saturating_add(1);
    if below > deepest {
        return false;
    }
    let text = raw.get(range.clone()).unwrap_or_default();
    let (items, brackets): (Vec<Item>, _) = match text.as_bytes() {
        [b'{', ..] => {
            let Ok(all) = members(raw, range) else { return false };
            (all.into_iter().map(|member| (Some(member.key), member.value)).collect(), ["{", "}"])
        }
        [b'[', ..] => {
            let Ok(all) = elements(raw, range) else { return false };
            (all.into_iter().map(|item| (None, item)).collect(), ["[", "]"])
        }
        [b'"', ..] => {
            encode_string(&decode_string(text), out);
            return true;
        }
        _ if text.trim_start_matches('-').len() > MAX_DIGITS => return false,
        _ => {
            out.push_str(text);
            return true;
        }
    };
    let indent = |level: usize| format!("\n{}", "  ".repeat(level));
    let [open, close] = brackets;
    out.push_str(open);
    for (position, (key, value)) in items.iter().enumerate() {
        out.push_str(if position == 0 { "" } else { "," });
        out.push_str(&indent(below));
        if let Some(key) = key {
            encode_string(&decode_string(raw.get(key.clone()).unwrap_or_default()), out);
            out.push_str(": ");
        }
        if !push_value(raw, value.clone(), below, deepest, out) {
            return false;
        }
    }
    if !items.is_empty() {
        out.push_str(&indent(level));
    }
    out.push_str(close);
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_longer_than_a_machines_stay_what_they_are() {
        let long = "9".repeat(MAX_DIGITS);
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
