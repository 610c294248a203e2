//! Compares values as Python does.

use std::cmp::Ordering;
use std::rc::Rc;

use super::budget::Budget;
use super::error::EvalError;
use super::operators::Number;
use super::values::Value;

/// A comparison of two values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// `<`
    Less,
    /// `>`
    Greater,
}

impl Order {
    const fn sign(self) -> char {
        match self {
            Self::Less => '<',
            Self::Greater => '>',
        }
    }

    fn holds(self, order: Option<Ordering>) -> bool {
        match self {
            Self::Less => order == Some(Ordering::Less),
            Self::Greater => order == Some(Ordering::Greater),
        }
    }
}

/// Returns whether `a < b` or `a > b`. A list is equal to itself without a look at its items.
pub(super) fn is_ordered(
    a: &Value,
    order: Order,
    b: &Value,
    budget: &mut Budget,
) -> Result<bool, EvalError> {
    budget.spend_items(1)?;
    match (a, b) {
        (Value::Text(a), Value::Text(b)) => {
            budget.spend_items(a.len().min(b.len()))?;
            Ok(order.holds(Some(a.cmp(b))))
        }
        (Value::Bytes(a), Value::Bytes(b)) => {
            budget.spend_items(a.len().min(b.len()))?;
            Ok(order.holds(Some(a.cmp(b))))
        }
        (Value::List(a), Value::List(b)) | (Value::Tuple(a), Value::Tuple(b)) => {
            if Rc::ptr_eq(a, b) { Ok(false) } else { items(a, order, b, budget) }
        }
        _ => match (Number::of(a), Number::of(b)) {
            (None | Some(Number::Complex(_)), _) | (_, None | Some(Number::Complex(_))) => {
                Err(unordered(a, order, b))
            }
            (Some(a), Some(b)) => Ok(order.holds(a.compare(&b))),
        },
    }
}

/// Compares the first items that differ.
fn items(a: &[Value], order: Order, b: &[Value], budget: &mut Budget) -> Result<bool, EvalError> {
    for (a, b) in a.iter().zip(b) {
        if !equal(a, b, budget)? {
            return is_ordered(a, order, b, budget);
        }
    }
    Ok(order.holds(Some(a.len().cmp(&b.len()))))
}

/// Returns whether `a == b`.
fn equal(a: &Value, b: &Value, budget: &mut Budget) -> Result<bool, EvalError> {
    budget.spend_items(1)?;
    Ok(match (a, b) {
        (Value::None, Value::None)
        | (Value::Dict, Value::Dict)
        | (Value::Ellipsis, Value::Ellipsis) => true,
        (Value::Text(a), Value::Text(b)) => a == b,
        (Value::Bytes(a), Value::Bytes(b)) => a == b,
        (Value::Function(a), Value::Function(b)) => a == b,
        (Value::List(a), Value::List(b)) | (Value::Tuple(a), Value::Tuple(b)) => {
            if Rc::ptr_eq(a, b) || a.len() != b.len() {
                return Ok(Rc::ptr_eq(a, b));
            }
            for (a, b) in a.iter().zip(b.iter()) {
                if !equal(a, b, budget)? {
                    return Ok(false);
                }
            }
            true
        }
        _ => match (Number::of(a), Number::of(b)) {
            (Some(a), Some(b)) => a.equals(&b),
            _ => false,
        },
    })
}

fn unordered(a: &Value, order: Order, b: &Value) -> EvalError {
    EvalError::Calculation(format!(
        "'{}' not supported between instances of '{}' and '{}'",
        order.sign(),
        a.kind(),
        b.kind()
    ))
}
