//! Reasoning data to the byte as the web app writes it; numbers stay exactly as they are.
//! May not write a shape the web app would reject the file for: then there is none.

use std::ops::Range;

use crate::store::json::{decode_string, elements, encode_string, members, value_at};

/// The most values within values: far below where the web app can no longer save.
const MAX_DEPTH: usize = 100;
/// The most digits of a whole number; the web app rejects the file for one more.
const MOST_DIGITS: usize = 4300;

/// What may stand under a name.
#[derive(Debug, Clone, Copy)]
enum FieldRule {
    Text,
    Number,
    Texts,
    /// Objects in which this name is a text, where it is there.
    Objects(&'static str),
    Message,
}

/// What the web app insists on, of what is there at all.
const RULES: [(&str, FieldRule); 7] = [
    ("summary_parts", FieldRule::Texts),
    ("complete_summary", FieldRule::Text),
    ("timestamp", FieldRule::Number),
    ("response_id", FieldRule::Text),
    ("web_searches", FieldRule::Objects("item_id")),
    ("tool_outputs", FieldRule::Objects("tool_name")),
    ("message_data", FieldRule::Message),
];

/// The data in the web app's layout, `level` steps deep; `None` where it would not be taken.
#[must_use]
pub fn format_reasoning(raw: &str, level: usize) -> Option<String> {
    let range = value_at(raw, 0..raw.len()).ok()?;
    let good = members(raw, range.clone()).ok()?.iter().all(|member| {
        let name = decode_string(raw.get(member.key.clone()).unwrap_or_default());
        let rule = RULES.iter().find(|(known, _)| *known == name);
        rule.is_none_or(|(_, kind)| matches_rule(raw, &member.value, *kind))
    });
    let mut out = String::new();
    (good && push_value(raw, range, level, level.saturating_add(MAX_DEPTH), &mut out))
        .then_some(out)
}

fn first_byte(raw: &str, range: &Range<usize>) -> u8 {
    raw.as_bytes().get(range.start).copied().unwrap_or_default()
}

fn matches_rule(raw: &str, value: &Range<usize>, kind: FieldRule) -> bool {
    let all = |good: &dyn Fn(&Range<usize>) -> bool| {
        elements(raw, value.clone()).is_ok_and(|items| items.iter().all(good))
    };
    match kind {
        FieldRule::Text => first_byte(raw, value) == b'"',
        FieldRule::Number => matches!(first_byte(raw, value), b'-' | b'0'..=b'9'),
        FieldRule::Texts => all(&|item| first_byte(raw, item) == b'"'),
        FieldRule::Objects(name) => all(&|item| has_member_starting_with(raw, item, name, b'"')),
        FieldRule::Message => {
            first_byte(raw, value) == b'n'
                || (has_member_starting_with(raw, value, "item_id", b'"')
                    && has_member_starting_with(raw, value, "content_items", b'['))
        }
    }
}

/// Whether it is an object in which a name, where it is there, begins like this.
fn has_member_starting_with(raw: &str, object: &Range<usize>, name: &str, begins: u8) -> bool {
    members(raw, object.clone()).is_ok_and(|all| {
        all.iter().all(|member| {
            let key = decode_string(raw.get(member.key.clone()).unwrap_or_default());
            key != name || first_byte(raw, &member.value) == begins
        })
    })
}

/// Adds a value; tells whether it could be added.
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
    let indent = |out: &mut String, level: usize| {
        out.push('\n');
        out.push_str(&"  ".repeat(level));
    };
    let text = raw.get(range.clone()).unwrap_or_default();
    match first_byte(raw, &range) {
        b'"' => encode_string(&decode_string(text), out),
        b'{' => {
            let Ok(all) = members(raw, range) else { return false };
            out.push('{');
            for (place, member) in all.iter().enumerate() {
                out.push_str(if place == 0 { "" } else { "," });
                indent(out, below);
                let key = raw.get(member.key.clone()).unwrap_or_default();
                encode_string(&decode_string(key), out);
                out.push_str(": ");
                if !push_value(raw, member.value.clone(), below, deepest, out) {
                    return false;
                }
            }
            if !all.is_empty() {
                indent(out, level);
            }
            out.push('}');
        }
        b'[' => {
            let Ok(all) = elements(raw, range) else { return false };
            out.push('[');
            for (place, item) in all.iter().enumerate() {
                out.push_str(if place == 0 { "" } else { "," });
                indent(out, below);
                if !push_value(raw, item.clone(), below, deepest, out) {
                    return false;
                }
            }
            if !all.is_empty() {
                indent(out, level);
            }
            out.push(']');
        }
        _ if text.trim_start_matches('-').len() > MOST_DIGITS => return false,
        _ => out.push_str(text),
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_longer_than_a_machines_stay_what_they_are() {
        let long = "9".repeat(MOST_DIGITS);
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
