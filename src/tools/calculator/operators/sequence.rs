//! Concatenates and repeats texts, bytes, lists and tuples.

use std::rc::Rc;

use num_bigint::{BigInt, Sign};

use crate::tools::calculator::budget::{Budget, MAX_ITEMS};
use crate::tools::calculator::error::EvalError;
use crate::tools::calculator::syntax::Operator;
use crate::tools::calculator::values::Value;

use super::mismatch::mismatch;
use super::number::Number;

/// From this size in bytes on, Python is assumed to run out of memory.
const NO_MEMORY: u64 = 1 << 40;

/// `+` where an operand is not a number.
pub(super) fn join(left: &Value, right: &Value, budget: &mut Budget) -> Result<Value, EvalError> {
    Ok(match (left, right) {
        (Value::Text(a), Value::Text(b)) => Value::Text(Rc::from(joined(a, b, budget)?)),
        (Value::Bytes(a), Value::Bytes(b)) => Value::Bytes(Rc::from(joined(a, b, budget)?)),
        (Value::List(a), Value::List(b)) => Value::List(Rc::new(joined(a, b, budget)?)),
        (Value::Tuple(a), Value::Tuple(b)) => Value::Tuple(Rc::new(joined(a, b, budget)?)),
        (Value::Bytes(_), other) => {
            let why = format!("can't concat {} to bytes", other.kind());
            return Err(EvalError::Calculation(why));
        }
        (Value::Text(_) | Value::List(_) | Value::Tuple(_), other) => {
            let (kind, other) = (left.kind(), other.kind());
            let why = format!("can only concatenate {kind} (not \"{other}\") to {kind}");
            return Err(EvalError::Calculation(why));
        }
        _ => return Err(mismatch(Operator::Add, left, right)),
    })
}

/// `+` where the left operand is no longer needed: a list grows in place.
pub(in crate::tools::calculator) fn append(
    mut left: Value,
    right: &Value,
    budget: &mut Budget,
) -> Result<Value, EvalError> {
    let (Value::List(a) | Value::Tuple(a), Value::List(b) | Value::Tuple(b)) = (&mut left, right)
    else {
        return join(&left, right, budget);
    };
    budget.spend_items(b.len())?;
    if a.len().saturating_add(b.len()) > MAX_ITEMS {
        return Err(EvalError::too_long());
    }
    Rc::make_mut(a).extend(b.iter().cloned());
    Ok(left)
}

fn joined<T: Clone>(a: &[T], b: &[T], budget: &mut Budget) -> Result<Vec<T>, EvalError> {
    check_length(a.len().saturating_add(b.len()), budget)?;
    Ok([a, b].concat())
}

/// `*` where an operand is not a number.
pub(super) fn multiply(
    left: &Value,
    right: &Value,
    budget: &mut Budget,
) -> Result<Value, EvalError> {
    let is_sequence = |value: &Value| {
        matches!(value, Value::Text(_) | Value::Bytes(_) | Value::List(_) | Value::Tuple(_))
    };
    let (sequence, times) = if is_sequence(left) {
        (left, right)
    } else if is_sequence(right) {
        (right, left)
    } else {
        return Err(mismatch(Operator::Multiply, left, right));
    };
    let Some(Number::Int(times)) = Number::of(times) else {
        let kind = times.kind();
        let why = format!("can't multiply sequence by non-int of type '{kind}'");
        return Err(EvalError::Calculation(why));
    };
    repeat(sequence, count(&times)?, budget)
}

/// Returns the number of repetitions; a negative number means zero.
fn count(times: &BigInt) -> Result<u64, EvalError> {
    let count = i64::try_from(times).map_err(|_| {
        EvalError::Calculation("cannot fit 'int' into an index-sized integer".to_owned())
    })?;
    Ok(if times.sign() == Sign::Minus { 0 } else { count.unsigned_abs() })
}

fn repeat(sequence: &Value, times: u64, budget: &mut Budget) -> Result<Value, EvalError> {
    Ok(match sequence {
        Value::Text(items) => {
            check_repeat(items.len(), times, 1, "repeated string is too long")?;
            Value::Text(Rc::from(repeated(items, times, budget)?))
        }
        Value::Bytes(items) => {
            check_repeat(items.len(), times, 1, "repeated bytes are too long")?;
            Value::Bytes(Rc::from(repeated(items, times, budget)?))
        }
        Value::List(items) => {
            check_repeat(items.len(), times, 8, "")?;
            Value::List(Rc::new(repeated(items, times, budget)?))
        }
        Value::Tuple(items) => {
            check_repeat(items.len(), times, 8, "")?;
            Value::Tuple(Rc::new(repeated(items, times, budget)?))
        }
        other => return Err(mismatch(Operator::Multiply, other, other)),
    })
}

/// Returns Python's error for a length that does not fit into memory.
fn check_repeat(length: usize, times: u64, bytes: u64, why: &str) -> Result<(), EvalError> {
    let length = u64::try_from(length).unwrap_or(u64::MAX);
    let all = u128::from(length).saturating_mul(u128::from(times));
    if all > u128::from(i64::MAX.unsigned_abs()) {
        return Err(EvalError::Calculation(why.to_owned()));
    }
    if all.saturating_mul(u128::from(bytes)) > u128::from(NO_MEMORY) {
        return Err(EvalError::no_memory());
    }
    Ok(())
}

fn repeated<T: Clone>(items: &[T], times: u64, budget: &mut Budget) -> Result<Vec<T>, EvalError> {
    if items.is_empty() {
        return Ok(Vec::new());
    }
    let times = usize::try_from(times).unwrap_or(usize::MAX);
    let length = items.len().saturating_mul(times);
    check_length(length, budget)?;
    Ok(items.iter().cycle().take(length).cloned().collect())
}

/// Rejects a length that the budget does not allow, even if Python might.
fn check_length(length: usize, budget: &mut Budget) -> Result<(), EvalError> {
    if length > MAX_ITEMS {
        return Err(EvalError::too_long());
    }
    budget.spend_items(length)
}
