//! Numbers that Python's `json` reads and JSON, or the parser of this program, does not: the words `NaN`
//! and `Infinity`, floats beyond all floats, and integers of any length. Must not touch a text.

use std::borrow::Cow;

/// An integer of more digits may not fit into 64 bits.
const MAX_DIGITS: usize = 18;

/// Replaces such numbers by others of the same Python type, for a caller that only wants the type.
pub(super) fn replace(json: &str) -> Cow<'_, str> {
    let mut out = String::new();
    let mut rest = json;
    while let Some((piece, tail)) = split(rest) {
        out.push_str(substitute(piece).unwrap_or(piece));
        rest = tail;
    }
    if out == json { Cow::Borrowed(json) } else { Cow::Owned(out) }
}

/// Splits off a text in quotes, a run of letters and digits as in a number or a word, or one other
/// character.
fn split(json: &str) -> Option<(&str, &str)> {
    let first = json.chars().next()?;
    let end = match first {
        '"' => end_of_text(json),
        first if is_part_of_number(first) => {
            json.find(|c| !is_part_of_number(c)).unwrap_or(json.len())
        }
        first => first.len_utf8(),
    };
    json.split_at_checked(end)
}

fn end_of_text(json: &str) -> usize {
    let mut is_escaped = false;
    for (at, c) in json.char_indices().skip(1) {
        match c {
            '"' if !is_escaped => return at.saturating_add(1),
            '\\' => is_escaped = !is_escaped,
            _ => is_escaped = false,
        }
    }
    json.len()
}

const fn is_part_of_number(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.')
}

/// A number in the place of one that the parser does not know.
fn substitute(piece: &str) -> Option<&'static str> {
    if matches!(piece, "NaN" | "Infinity" | "-Infinity") {
        return Some("0.5");
    }
    let digits = piece.strip_prefix('-').unwrap_or(piece);
    let is_whole = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if is_whole {
        let is_long = digits.len() > MAX_DIGITS && !digits.starts_with('0');
        return is_long.then_some("1");
    }
    let is_number = digits.starts_with(|c: char| c.is_ascii_digit());
    let is_infinite = piece.parse::<f64>().is_ok_and(f64::is_infinite);
    (is_number && is_infinite).then_some("0.5")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_outside_of_texts_are_replaced() {
        for (json, wanted) in [
            (r#"{"a": NaN, "b": [-Infinity,1e999]}"#, r#"{"a": 0.5, "b": [0.5,0.5]}"#),
            (r#"{"NaN": "NaN \" Infinity", "é": 1}"#, r#"{"NaN": "NaN \" Infinity", "é": 1}"#),
            (r#""\\" NaN"#, r#""\\" 0.5"#),
            ("-12345678901234567890", "1"),
            ("012345678901234567890 -NaN 1e5 \"NaN", "012345678901234567890 -NaN 1e5 \"NaN"),
        ] {
            assert_eq!(replace(json), wanted);
        }
    }
}
