//! The words of an expression.
//! May not know what they mean together.

use num_bigint::BigInt;

use super::error::EvalError;
use super::value::{CalculatorValue, MAX_DIGITS};

/// One word.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum ExpressionToken {
    /// A number or a text.
    Constant(CalculatorValue),
    /// A name.
    Name(String),
    /// An operator or a bracket.
    Symbol(&'static str),
}

/// Every sign Python's expressions have, longer ones before their beginnings.
const SYMBOLS: [&str; 27] = [
    "**", "//", "<<", ">>", "<=", ">=", "==", "!=", ":=", "+", "-", "*", "/", "%", "(", ")", "[",
    "]", ",", ".", "<", ">", "=", "&", "|", "^", "~",
];

/// What is said of a text that is no expression.
pub(super) fn invalid_syntax() -> EvalError {
    EvalError::Syntax("invalid syntax (<unknown>, line 1)".to_owned())
}

/// Splits an expression into words.
pub(super) fn tokenize(text: &str) -> Result<Vec<ExpressionToken>, EvalError> {
    let mut found = Vec::new();
    let mut rest = text.trim();
    if rest.is_empty() {
        return Err(EvalError::Syntax("invalid syntax (<unknown>, line 0)".to_owned()));
    }
    while let Some(first) = rest.chars().next() {
        let (token, left) = match first {
            ' ' | '\t' | '\n' | '\r' => {
                rest = rest.trim_start();
                continue;
            }
            '0'..='9' => read_number(rest)?,
            '.' if rest.chars().nth(1).is_some_and(|it| it.is_ascii_digit()) => read_number(rest)?,
            '\'' | '"' => read_quoted(rest, first)?,
            it if it.is_alphabetic() || it == '_' => read_name(rest)?,
            _ => {
                let sign = SYMBOLS.iter().find(|sign| rest.starts_with(**sign));
                let sign = sign.ok_or_else(invalid_syntax)?;
                (ExpressionToken::Symbol(sign), rest.get(sign.len()..).unwrap_or_default())
            }
        };
        found.push(token);
        rest = left;
    }
    Ok(found)
}

fn read_name(text: &str) -> Result<(ExpressionToken, &str), EvalError> {
    let end = text.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end).ok_or_else(invalid_syntax)?;
    // A letter right before a quote makes another kind of text (bytes, raw, formatted).
    if rest.starts_with(['\'', '"']) {
        return Err(EvalError::unsafe_operation("JoinedStr"));
    }
    Ok((ExpressionToken::Name(name.to_owned()), rest))
}

/// A text in quotes, with the escapes people use.
fn read_quoted(text: &str, quote: char) -> Result<(ExpressionToken, &str), EvalError> {
    let unfinished = || {
        EvalError::Syntax(
            "unterminated string literal (detected at line 1) (<unknown>, line 1)".to_owned(),
        )
    };
    let mut out = String::new();
    let mut chars = text.char_indices().skip(1);
    while let Some((at, it)) = chars.next() {
        match it {
            '\\' => match chars.next().ok_or_else(unfinished)?.1 {
                'n' => out.push('\n'),
                't' => out.push('\t'),
                same @ ('\\' | '\'' | '"') => out.push(same),
                other => out.extend(['\\', other]),
            },
            '\n' => return Err(unfinished()),
            it if it == quote => {
                let rest = text.get(at.saturating_add(1)..).unwrap_or_default();
                return Ok((ExpressionToken::Constant(CalculatorValue::Text(out)), rest));
            }
            it => out.push(it),
        }
    }
    Err(unfinished())
}

fn read_number(text: &str) -> Result<(ExpressionToken, &str), EvalError> {
    if let Some(found) = read_prefixed_integer(text)? {
        return Ok(found);
    }
    let digits = |from: usize| {
        let rest = text.get(from..).unwrap_or_default();
        let length = rest.find(|it: char| !it.is_ascii_digit() && it != '_').unwrap_or(rest.len());
        from.saturating_add(length)
    };
    let whole = digits(0);
    let mut end = whole;
    if text.get(end..).is_some_and(|rest| rest.starts_with('.')) {
        end = digits(end.saturating_add(1));
    }
    if let Some(rest) = text.get(end..).and_then(|rest| rest.strip_prefix(['e', 'E'])) {
        let sign = usize::from(rest.starts_with(['+', '-']));
        let after = end.saturating_add(1).saturating_add(sign);
        let power = digits(after);
        if power > after {
            end = power;
        }
    }
    let (written, rest) = text.split_at_checked(end).ok_or_else(invalid_syntax)?;
    check_number_end(rest)?;
    let plain = remove_underscores(written)?;
    let value = if end == whole {
        parse_integer(&plain)?
    } else {
        CalculatorValue::Float(parse_float(&plain)?)
    };
    Ok((ExpressionToken::Constant(value), rest))
}

/// A number must not run into a name; `1j` is a number of another kind.
fn check_number_end(rest: &str) -> Result<(), EvalError> {
    match rest.chars().next() {
        Some('j' | 'J') => Err(super::value::complex_error()),
        Some(it) if it.is_alphanumeric() || it == '_' => {
            Err(EvalError::Syntax("invalid decimal literal (<unknown>, line 1)".to_owned()))
        }
        Some(_) | None => Ok(()),
    }
}

fn read_prefixed_integer(text: &str) -> Result<Option<(ExpressionToken, &str)>, EvalError> {
    let base = match text.get(..2).map(str::to_ascii_lowercase).as_deref() {
        Some("0x") => 16,
        Some("0o") => 8,
        Some("0b") => 2,
        _ => return Ok(None),
    };
    let body = text.get(2..).unwrap_or_default();
    let end = body.find(|it: char| !it.is_alphanumeric() && it != '_').unwrap_or(body.len());
    let (written, rest) = body.split_at_checked(end).ok_or_else(invalid_syntax)?;
    let plain = remove_underscores(written.strip_prefix('_').unwrap_or(written))?;
    let value = BigInt::parse_bytes(plain.as_bytes(), base).ok_or_else(invalid_syntax)?;
    Ok(Some((ExpressionToken::Constant(CalculatorValue::Int(value)), rest)))
}

fn remove_underscores(text: &str) -> Result<String, EvalError> {
    let misplaced =
        text.split('_').skip(1).any(|part| !part.starts_with(|it: char| it.is_alphanumeric()))
            || text.starts_with('_');
    if misplaced {
        return Err(EvalError::Syntax("invalid decimal literal (<unknown>, line 1)".to_owned()));
    }
    Ok(text.replace('_', ""))
}

fn parse_integer(digits: &str) -> Result<CalculatorValue, EvalError> {
    if digits.len() > MAX_DIGITS {
        return Err(EvalError::Syntax(
            "Exceeds the limit (4300 digits) for integer string conversion".to_owned(),
        ));
    }
    if digits.len() > 1 && digits.starts_with('0') && digits.contains(|it| it != '0') {
        return Err(EvalError::Syntax(
            "leading zeros in decimal integer literals are not permitted (<unknown>, line 1)"
                .to_owned(),
        ));
    }
    let value = BigInt::parse_bytes(digits.as_bytes(), 10).ok_or_else(invalid_syntax)?;
    Ok(CalculatorValue::Int(value))
}

fn parse_float(text: &str) -> Result<f64, EvalError> {
    text.parse().map_err(|_| invalid_syntax())
}
