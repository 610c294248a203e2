//! Serialises a value as the web app does for the model.

use crate::tools::calculator::budget::{Budget, MAX_WRITTEN};
use crate::tools::calculator::error::EvalError;

use super::repr::digits;
use super::value::Value;
use crate::chat::python_float;

/// Rejects a result that JSON or the web app's file cannot contain.
pub(in crate::tools::calculator) fn check(
    value: &Value,
    budget: &mut Budget,
) -> Result<(), EvalError> {
    budget.spend_items(1)?;
    let fits = match value {
        Value::None | Value::Bool(_) | Value::Float(_) | Value::Dict => true,
        Value::Int(it) => digits(it).is_ok(),
        Value::Text(text) => text.iter().all(|code| char::from_u32(*code).is_some()),
        Value::List(items) | Value::Tuple(items) => {
            return items.iter().try_for_each(|item| check(item, budget));
        }
        Value::Complex(_) | Value::Bytes(_) | Value::Ellipsis | Value::Function(_) => false,
    };
    if fits { Ok(()) } else { Err(EvalError::not_json()) }
}

/// Appends a value as Python's `json.dumps` writes it.
pub(in crate::tools::calculator) fn push_json(
    value: &Value,
    out: &mut String,
) -> Result<(), EvalError> {
    if out.len() > MAX_WRITTEN {
        return Err(EvalError::too_long());
    }
    match value {
        Value::None => out.push_str("null"),
        Value::Bool(it) => out.push_str(if *it { "true" } else { "false" }),
        Value::Int(it) => out.push_str(&digits(it)?),
        Value::Float(it) => out.push_str(&python_float::json_number(*it)),
        Value::Text(text) => push_text(text.iter().copied(), out),
        Value::List(items) | Value::Tuple(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                out.push_str(if index == 0 { "" } else { ", " });
                push_json(item, out)?;
            }
            out.push(']');
        }
        Value::Dict => out.push_str("{}"),
        Value::Complex(_) | Value::Bytes(_) | Value::Ellipsis | Value::Function(_) => {
            return Err(EvalError::not_json());
        }
    }
    Ok(())
}

/// Appends a text as Python's `json.dumps` writes it, in ASCII.
pub fn json_text(text: &str, out: &mut String) {
    push_text(text.chars().map(u32::from), out);
}

fn push_text(text: impl Iterator<Item = u32>, out: &mut String) {
    out.push('"');
    for code in text {
        match char::from_u32(code) {
            Some('"') => out.push_str("\\\""),
            Some('\\') => out.push_str("\\\\"),
            Some('\n') => out.push_str("\\n"),
            Some('\r') => out.push_str("\\r"),
            Some('\t') => out.push_str("\\t"),
            Some('\u{8}') => out.push_str("\\b"),
            Some('\u{c}') => out.push_str("\\f"),
            Some(it @ ' '..='~') => out.push(it),
            Some(it) => {
                let mut units = [0; 2];
                for unit in it.encode_utf16(&mut units) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
            None => out.push_str(&format!("\\u{code:04x}")),
        }
    }
    out.push('"');
}
