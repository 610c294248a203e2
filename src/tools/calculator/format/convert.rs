//! Converts a value to its text in a template, before padding.

use num_bigint::Sign;

use crate::tools::calculator::budget::{Budget, MAX_ITEMS};
use crate::tools::calculator::error::EvalError;
use crate::tools::calculator::operators::{Number, float_to_int};
use crate::tools::calculator::values::{
    Value, ascii, digits, fixed, general, repr, scientific, shown,
};

use super::kind::Kind;
use super::specification::{Flag, Specification};

/// The text of a value before it is padded to its width.
pub(super) struct Converted {
    pub text: Vec<u32>,
    /// Whether sign and leading zeros are allowed.
    pub number: bool,
}

/// Converts a value by the conversion letter of its specification.
pub(super) fn convert(
    value: &Value,
    specification: &Specification,
    kind: Kind,
    budget: &mut Budget,
) -> Result<Converted, EvalError> {
    let word = |text: Vec<u32>| Converted { text: cut(text, specification), number: false };
    let number =
        |text: String| Converted { text: text.chars().map(u32::from).collect(), number: true };
    Ok(match (specification.letter(), kind) {
        ('s', Kind::Text) => word(shown(value, budget)?),
        ('r', Kind::Text) => word(repr(value, budget)?),
        ('a', _) | ('r', Kind::Bytes) => word(ascii(value, budget)?),
        ('s' | 'b', Kind::Bytes) => word(bytes(value)?),
        // For bytes, Python treats `i` as `d`, also in errors.
        ('i', Kind::Bytes) => number(integer(value, 'd', specification)?),
        (letter @ ('d' | 'i' | 'u' | 'o' | 'x' | 'X'), _) => {
            number(integer(value, letter, specification)?)
        }
        (letter @ ('e' | 'E' | 'f' | 'F' | 'g' | 'G'), _) => {
            number(float(value, letter, specification, kind)?)
        }
        ('c', _) => Converted { text: vec![character(value, kind)?], number: false },
        _ => return Err(unsupported(specification)),
    })
}

fn cut(mut text: Vec<u32>, specification: &Specification) -> Vec<u32> {
    if let Some(most) = specification.precision {
        text.truncate(usize::try_from(most).unwrap_or(usize::MAX));
    }
    text
}

fn unsupported(specification: &Specification) -> EvalError {
    let code = specification.conversion;
    let readable = char::from_u32(code).filter(|number| ('\u{1f}'..='~').contains(number));
    let letter = readable.unwrap_or('?');
    let index = specification.index;
    EvalError::Invalid(format!(
        "unsupported format character '{letter}' ({code:#x}) at index {index}"
    ))
}

fn bytes(value: &Value) -> Result<Vec<u32>, EvalError> {
    let Value::Bytes(number) = value else {
        return Err(EvalError::Calculation(format!(
            "%b requires a bytes-like object, or an object that implements __bytes__, not '{}'",
            value.kind()
        )));
    };
    Ok(number.iter().map(|byte| u32::from(*byte)).collect())
}

fn integer(
    value: &Value,
    letter: char,
    specification: &Specification,
) -> Result<String, EvalError> {
    let exact = matches!(letter, 'o' | 'x' | 'X');
    let number = match Number::of(value) {
        Some(Number::Int(number)) => number.as_ref().clone(),
        Some(Number::Float(number)) if !exact => float_to_int(number)?,
        _ => {
            let what = if exact { "an integer" } else { "a real number" };
            return Err(EvalError::Calculation(format!(
                "%{letter} format: {what} is required, not {}",
                value.kind()
            )));
        }
    };
    let radix = match letter {
        'o' => 8,
        'x' | 'X' => 16,
        _ => 10,
    };
    if radix != 10 && number.bits() / 4 > u64::try_from(MAX_ITEMS).unwrap_or(u64::MAX) {
        return Err(EvalError::too_long());
    }
    let text = if radix == 10 { digits(&number)? } else { number.to_str_radix(radix) };
    let text = text.trim_start_matches('-');
    let least = length(specification.precision.unwrap_or(0))?;
    let zeros = "0".repeat(least.saturating_sub(text.len()));
    let sign = if number.sign() == Sign::Minus { "-" } else { "" };
    let prefix = match (specification.has(Flag::Alternate), radix) {
        (true, 8) => "0o",
        (true, 16) => "0x",
        _ => "",
    };
    let text = format!("{sign}{prefix}{zeros}{text}");
    Ok(if letter == 'X' { text.to_uppercase() } else { text })
}

fn float(
    value: &Value,
    letter: char,
    specification: &Specification,
    kind: Kind,
) -> Result<String, EvalError> {
    let number = match (Number::of(value), kind) {
        (Some(Number::Float(number)), _) => number,
        (Some(number @ Number::Int(_)), Kind::Text) => number.float()?,
        (Some(number @ Number::Int(_)), Kind::Bytes) if number.float().is_ok() => number.float()?,
        (_, Kind::Text) => {
            return Err(EvalError::Calculation(format!(
                "must be real number, not {}",
                value.kind()
            )));
        }
        (_, Kind::Bytes) => {
            let why = format!("float argument required, not {}", value.kind());
            return Err(EvalError::Calculation(why));
        }
    };
    let digits = length(specification.precision.unwrap_or(6))?;
    let point = specification.has(Flag::Alternate);
    let text = match letter.to_ascii_lowercase() {
        _ if number.is_nan() => "nan".to_owned(),
        _ if number.is_infinite() => (if number > 0.0 { "inf" } else { "-inf" }).to_owned(),
        'e' => scientific(number, digits, point),
        'f' => fixed(number, digits, point),
        _ => general(number, digits, point),
    };
    Ok(if letter.is_ascii_uppercase() { text.to_ascii_uppercase() } else { text })
}

/// Returns a number of digits if the budget allows it.
fn length(digits: u64) -> Result<usize, EvalError> {
    usize::try_from(digits)
        .ok()
        .filter(|number| *number <= MAX_ITEMS)
        .ok_or_else(EvalError::too_long)
}

fn character(value: &Value, kind: Kind) -> Result<u32, EvalError> {
    let (most, out_of_range, wrong) = match kind {
        Kind::Text => (0x10_FFFF, "%c arg not in range(0x110000)", "%c requires int or char"),
        Kind::Bytes => (
            0xFF,
            "%c arg not in range(256)",
            "%c requires an integer in range(256) or a single byte",
        ),
    };
    let error = |why: &str| EvalError::Calculation(why.to_owned());
    match (value, kind) {
        (Value::Text(text), Kind::Text) => match text.as_ref() {
            [only] => Ok(*only),
            _ => Err(error(wrong)),
        },
        (Value::Bytes(bytes), Kind::Bytes) => match bytes.as_ref() {
            [only] => Ok(u32::from(*only)),
            _ => Err(error(wrong)),
        },
        (Value::Int(_) | Value::Bool(_), _) => match Number::of(value) {
            Some(Number::Int(number)) => u32::try_from(number.as_ref())
                .ok()
                .filter(|number| *number <= most)
                .ok_or_else(|| error(out_of_range)),
            _ => Err(error(wrong)),
        },
        _ => Err(error(wrong)),
    }
}
