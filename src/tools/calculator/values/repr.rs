//! The text of a value: `str`, `repr` and `ascii` of Python.
//! Must not build a text that is longer than the budget allows.

use num_bigint::BigInt;

use crate::tools::calculator::budget::{Budget, MOST_WRITTEN};
use crate::tools::calculator::error::EvalError;

use super::text::{escaped, push, quoted, quoted_bytes};
use super::value::{Complex, Value};
use crate::chat::python_float;

/// The most digits of a whole number that Python writes in decimal.
const MOST_DIGITS: usize = 4300;

/// The decimal digits of a whole number; Python refuses to write very long ones.
pub(in crate::tools::calculator) fn digits(it: &BigInt) -> Result<String, EvalError> {
    let refused = || {
        let why = "Exceeds the limit (4300 digits) for integer string conversion";
        EvalError::Invalid(why.to_owned())
    };
    // 4300 digits are 14 285 bits or less.
    if it.bits() > 14_300 {
        return Err(refused());
    }
    let text = it.to_string();
    if text.trim_start_matches('-').len() > MOST_DIGITS { Err(refused()) } else { Ok(text) }
}

/// The value as it would stand in a program.
pub(in crate::tools::calculator) fn repr(
    value: &Value,
    budget: &mut Budget,
) -> Result<Vec<u32>, EvalError> {
    let mut out = Vec::new();
    push_repr(value, &mut out, budget)?;
    Ok(out)
}

/// The value as people read it.
pub(in crate::tools::calculator) fn shown(
    value: &Value,
    budget: &mut Budget,
) -> Result<Vec<u32>, EvalError> {
    match value {
        Value::Text(text) => Ok(text.to_vec()),
        other => repr(other, budget),
    }
}

/// The value as it would stand in a program, in ASCII.
pub(in crate::tools::calculator) fn ascii(
    value: &Value,
    budget: &mut Budget,
) -> Result<Vec<u32>, EvalError> {
    let mut out = Vec::new();
    for code in repr(value, budget)? {
        if code < 0x80 {
            out.push(code);
        } else {
            push(&mut out, &escaped(code));
        }
    }
    Ok(out)
}

fn push_repr(value: &Value, out: &mut Vec<u32>, budget: &mut Budget) -> Result<(), EvalError> {
    budget.spend_items(1)?;
    if out.len() > MOST_WRITTEN {
        return Err(EvalError::too_long());
    }
    match value {
        Value::None => push(out, "None"),
        Value::Bool(true) => push(out, "True"),
        Value::Bool(false) => push(out, "False"),
        Value::Int(it) => push(out, &digits(it)?),
        Value::Float(it) => push(out, &python_float::repr(*it)),
        Value::Complex(it) => push(out, &complex(*it)),
        Value::Text(text) => quoted(text, out),
        Value::Bytes(bytes) => quoted_bytes(bytes, out),
        Value::List(items) => {
            push(out, "[");
            push_items(items, out, budget)?;
            push(out, "]");
        }
        Value::Tuple(items) => {
            push(out, "(");
            push_items(items, out, budget)?;
            push(out, if items.len() == 1 { ",)" } else { ")" });
        }
        Value::Dict => push(out, "{}"),
        Value::Ellipsis => push(out, "Ellipsis"),
        Value::Function(it) => push(out, &format!("<built-in function {}>", it.name())),
    }
    Ok(())
}

fn push_items(items: &[Value], out: &mut Vec<u32>, budget: &mut Budget) -> Result<(), EvalError> {
    for (place, item) in items.iter().enumerate() {
        push(out, if place == 0 { "" } else { ", " });
        push_repr(item, out, budget)?;
    }
    Ok(())
}

fn complex(it: Complex) -> String {
    let part = |it: f64| {
        let text = python_float::repr(it);
        text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
    };
    let imaginary = part(it.imaginary);
    if it.real == 0.0 && it.real.is_sign_positive() {
        return format!("{imaginary}j");
    }
    let sign = if imaginary.starts_with('-') { "" } else { "+" };
    format!("({}{sign}{imaginary}j)", part(it.real))
}
