//! The text of a value: Python's `str`, `repr` and `ascii`.

use num_bigint::BigInt;

use crate::tools::calculator::budget::{Budget, MAX_WRITTEN};
use crate::tools::calculator::error::EvalError;

use super::text::{escaped, push, quoted, quoted_bytes};
use super::value::{Complex, Value};
use crate::chat::python_float::{self, MAX_INTEGER_DIGITS};

/// Returns the decimal digits of an integer, or Python's error for a very long one.
pub(in crate::tools::calculator) fn digits(it: &BigInt) -> Result<String, EvalError> {
    let error = || {
        EvalError::Invalid(format!(
            "Exceeds the limit ({MAX_INTEGER_DIGITS} digits) for integer string conversion; \
             use sys.set_int_max_str_digits() to increase the limit"
        ))
    };
    // A digit has less than 3.33 bits.
    if it.bits() > 14_300 {
        return Err(error());
    }
    let text = it.to_string();
    if text.trim_start_matches('-').len() > MAX_INTEGER_DIGITS { Err(error()) } else { Ok(text) }
}

/// Python's `repr`.
pub(in crate::tools::calculator) fn repr(
    value: &Value,
    budget: &mut Budget,
) -> Result<Vec<u32>, EvalError> {
    let mut out = Vec::new();
    push_repr(value, &mut out, budget)?;
    Ok(out)
}

/// Python's `str`.
pub(in crate::tools::calculator) fn shown(
    value: &Value,
    budget: &mut Budget,
) -> Result<Vec<u32>, EvalError> {
    match value {
        Value::Text(text) => Ok(text.to_vec()),
        other => repr(other, budget),
    }
}

/// Python's `ascii`.
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
    if out.len() > MAX_WRITTEN {
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
    for (index, item) in items.iter().enumerate() {
        push(out, if index == 0 { "" } else { ", " });
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
