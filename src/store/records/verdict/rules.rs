//! What the web app accepts as a whole number and a reasoning level (commit bdc7763, 2026).

use super::scan::{JsonKind, ScannedValue, kind_of};
use crate::chat::python_float::MAX_INTEGER_DIGITS;
use crate::store::json::decode_string;

/// The reasoning levels of a message that today's version accepts (commit bdc7763, 2026).
pub(crate) const REASONING_LEVELS: [&str; 4] = ["high", "medium", "low", "none"];

/// How many containers may be open at once when the web app reads a file and when each version
/// writes it; a property of the Python interpreter (measured in 2026, see docs/shared-file.md).
pub(super) const MAX_READ_DEPTH: usize = 9993;
pub(crate) const MAX_WRITE_DEPTH_CURRENT: usize = 978;
pub(super) const MAX_WRITE_DEPTH_2025: usize = 979;

/// A whole number, as far as it is one in 64 bits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum IntegerCheck {
    /// The web app accepts it.
    Valid(Option<i64>),
    /// It does not; why, and the whole number it comes closest to.
    Invalid(String, Option<i64>),
}

/// Judges a value where a whole number belongs.
pub(super) fn check_integer(value: &ScannedValue) -> IntegerCheck {
    check_raw_integer(&String::from_utf8_lossy(&value.raw))
}

fn check_raw_integer(raw: &str) -> IntegerCheck {
    match kind_of(raw.bytes().next().unwrap_or_default()) {
        JsonKind::Boolean => IntegerCheck::Valid(Some(i64::from(raw == "true"))),
        JsonKind::Number => check_number(raw),
        JsonKind::Text => check_integer_text(&decode_string(raw)),
        kind => IntegerCheck::Invalid(format!("{} instead of a whole number", kind.label()), None),
    }
}

/// Tells whether the web app accepts a raw value as a whole number.
pub(crate) fn is_whole_number(raw: &str) -> bool {
    matches!(check_raw_integer(raw), IntegerCheck::Valid(_))
}

/// Returns the whole number nearest to a raw value.
pub(crate) fn nearest_whole_number(raw: &str) -> Option<i64> {
    match check_raw_integer(raw) {
        IntegerCheck::Valid(number) | IntegerCheck::Invalid(_, number) => number,
    }
}

fn check_number(raw: &str) -> IntegerCheck {
    if !raw.contains(['.', 'e', 'E', 'N', 'I']) {
        return IntegerCheck::Valid(raw.parse().ok());
    }
    let float: f64 = raw.parse().unwrap_or(f64::NAN);
    if !float.is_finite() {
        return IntegerCheck::Invalid("a number that is not finite".to_owned(), None);
    }
    if float.fract() != 0.0 {
        return IntegerCheck::Invalid("a number with a fraction".to_owned(), to_seconds(float));
    }
    // 2 to the power of 63.
    if float.abs() >= 9_223_372_036_854_775_808.0 {
        return IntegerCheck::Invalid("a number outside 64 bits".to_owned(), None);
    }
    IntegerCheck::Valid(to_seconds(float))
}

/// A time in whole seconds, if it is one that can be meant.
fn to_seconds(float: f64) -> Option<i64> {
    let sane = float.is_finite() && float.abs() < 1e15;
    #[allow(clippy::cast_possible_truncation)]
    sane.then(|| float.floor() as i64)
}

/// A text that is a whole number: `[+-]digits`, single underscores between digits, and
/// `.000` after them.
fn check_integer_text(text: &str) -> IntegerCheck {
    let trimmed = text.trim_matches(is_python_space);
    let unsigned = trimmed.strip_prefix(['+', '-']).unwrap_or(trimmed);
    let (digits, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let groups =
        digits.split('_').all(|it| !it.is_empty() && it.bytes().all(|b| b.is_ascii_digit()));
    let zeros = !fraction.is_empty() && fraction.bytes().all(|byte| byte == b'0');
    let plain = digits.replace('_', "");
    let significant = plain.trim_start_matches('0').len().max(1);
    let minus = usize::from(trimmed.starts_with('-'));
    if groups && zeros && significant.saturating_add(minus) <= MAX_INTEGER_DIGITS {
        let sign = if minus == 1 { "-" } else { "" };
        return IntegerCheck::Valid(format!("{sign}{plain}").parse().ok());
    }
    let near = trimmed.parse().ok().and_then(to_seconds).or_else(|| parse_date(trimmed));
    IntegerCheck::Invalid("text that is not a whole number".to_owned(), near)
}

fn parse_date(text: &str) -> Option<i64> {
    let zoned = text.parse::<jiff::Timestamp>().map(jiff::Timestamp::as_second);
    let plain = || {
        let civil: jiff::civil::DateTime = text.parse().ok()?;
        Some(civil.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_second())
    };
    zoned.ok().or_else(plain)
}

/// The white space the web app accepts around a number in a text.
fn is_python_space(c: char) -> bool {
    matches!(c, '\t'..='\r' | ' ' | '\u{85}' | '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}'
        | '\u{2028}' | '\u{2029}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}
