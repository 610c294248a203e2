//! Parses numeric literals.

use std::rc::Rc;

use num_bigint::BigInt;

use crate::tools::calculator::error::EvalError;
use crate::tools::calculator::values::{Complex, Value};

use super::cursor::Cursor;
use super::identifier;

/// Reads a number; the cursor is at a digit, or at a point and a digit.
pub(super) fn number(cursor: &mut Cursor) -> Result<Value, EvalError> {
    if cursor.peek() == Some('0') {
        let base = match cursor.ahead(1).map(|it| it.to_ascii_lowercase()) {
            Some('x') => Some((16, "hexadecimal")),
            Some('o') => Some((8, "octal")),
            Some('b') => Some((2, "binary")),
            _ => None,
        };
        if let Some((base, name)) = base {
            return with_base(cursor, base, name);
        }
    }
    decimal(cursor)
}

fn with_base(cursor: &mut Cursor, base: u32, name: &str) -> Result<Value, EvalError> {
    cursor.advance();
    cursor.advance();
    let invalid = |cursor: &Cursor| match cursor.peek() {
        Some(it) if it.is_ascii_digit() => {
            cursor.wrong(&format!("invalid digit '{it}' in {name} literal"))
        }
        _ => cursor.wrong(&format!("invalid {name} literal")),
    };
    let mut digits = String::new();
    loop {
        cursor.take('_');
        let more = cursor.take_while(|it| it.is_digit(base));
        if more.is_empty() {
            return Err(invalid(cursor));
        }
        digits.push_str(&more);
        if cursor.peek() != Some('_') {
            break;
        }
    }
    if cursor.peek().is_some_and(|it| it.is_ascii_digit()) {
        return Err(invalid(cursor));
    }
    check_end(cursor, name)?;
    integer(&digits, base)
}

fn decimal(cursor: &mut Cursor) -> Result<Value, EvalError> {
    let mut written = String::new();
    let mut whole = true;
    if cursor.peek() != Some('.') {
        written = digits(cursor)?;
    }
    if cursor.take('.') {
        whole = false;
        written.push('.');
        if cursor.peek().is_some_and(|it| it.is_ascii_digit()) {
            written.push_str(&digits(cursor)?);
        }
    }
    if let Some(power) = exponent(cursor)? {
        whole = false;
        written.push('e');
        written.push_str(&power);
    }
    if matches!(cursor.peek(), Some('j' | 'J')) {
        cursor.advance();
        check_end(cursor, "imaginary")?;
        return Ok(Value::Complex(Complex { real: 0.0, imaginary: float(&written) }));
    }
    if whole && written.starts_with('0') && written.contains(|it| it != '0') {
        return Err(cursor.wrong(
            "leading zeros in decimal integer literals are not permitted; \
             use an 0o prefix for octal integers",
        ));
    }
    check_end(cursor, "decimal")?;
    if whole { integer(&written, 10) } else { Ok(Value::Float(float(&written))) }
}

/// Reads digits without the single underscores between them.
fn digits(cursor: &mut Cursor) -> Result<String, EvalError> {
    let is_digit = |it: char| it.is_ascii_digit();
    let mut digits_read = cursor.take_while(is_digit);
    while cursor.take('_') {
        let more = cursor.take_while(is_digit);
        if more.is_empty() {
            return Err(cursor.wrong("invalid decimal literal"));
        }
        digits_read.push_str(&more);
    }
    Ok(digits_read)
}

/// Reads the exponent after `e`; an `e` without a digit or sign may begin the next token.
fn exponent(cursor: &mut Cursor) -> Result<Option<String>, EvalError> {
    if !matches!(cursor.peek(), Some('e' | 'E')) {
        return Ok(None);
    }
    let sign = cursor.ahead(1).filter(|it| matches!(it, '+' | '-'));
    let first = cursor.ahead(1_usize.saturating_add(usize::from(sign.is_some())));
    if !first.is_some_and(|it| it.is_ascii_digit()) {
        if sign.is_some() {
            return Err(cursor.wrong("invalid decimal literal"));
        }
        return Ok(None);
    }
    cursor.advance();
    let mut digits_read = String::new();
    if let Some(sign) = sign {
        cursor.advance();
        digits_read.push(sign);
    }
    digits_read.push_str(&digits(cursor)?);
    Ok(Some(digits_read))
}

/// Rejects a name right after a number, except for some keywords, as `CPython` does.
fn check_end(cursor: &Cursor, name: &str) -> Result<(), EvalError> {
    let allowed = ["and", "else", "for", "if", "in", "is", "or", "not"];
    if allowed.iter().any(|word| cursor.is_next(word)) {
        return Ok(());
    }
    match cursor.peek() {
        Some(it) if it.is_ascii() && identifier::is_part(it) => {
            Err(cursor.wrong(&format!("invalid {name} literal")))
        }
        _ => Ok(()),
    }
}

fn integer(digits: &str, base: u32) -> Result<Value, EvalError> {
    let value = BigInt::parse_bytes(digits.as_bytes(), base);
    value.map(|it| Value::Int(Rc::new(it))).ok_or_else(|| EvalError::syntax("invalid syntax", 1))
}

/// Parses a literal that was read above, which cannot fail.
fn float(written: &str) -> f64 {
    written.parse().unwrap_or(f64::NAN)
}
