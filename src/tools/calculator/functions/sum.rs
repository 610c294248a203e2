//! `sum`, in the three ways of Python: machine integers, compensated floats, and all else.
//! Must not mix the ways, because the last digit depends on when Python switches.

use crate::tools::calculator::budget::Budget;
use crate::tools::calculator::error::EvalError;
use crate::tools::calculator::operators::{append, binary};
use crate::tools::calculator::syntax::Operator;
use crate::tools::calculator::values::Value;

use super::extreme::items;

/// Adds the items to `start`.
pub(super) fn sum(value: &Value, start: Value, budget: &mut Budget) -> Result<Value, EvalError> {
    let mut items = items(value)?;
    let refuse = |what: &str, join: &str| {
        Err(EvalError::Calculation(format!(
            "sum() can't sum {what} [use {join}.join(seq) instead]"
        )))
    };
    match start {
        Value::Text(_) => return refuse("strings", "''"),
        Value::Bytes(_) => return refuse("bytes", "b''"),
        _ => {}
    }
    let mut total = start;
    if let Some(small) = small_exact(&total) {
        total = whole_numbers(small, &mut items, budget)?;
    }
    if let Value::Float(number) = total {
        total = floats(number, &mut items, budget)?;
    }
    for item in items {
        total = match (&total, &item) {
            (Value::List(_), Value::List(_)) | (Value::Tuple(_), Value::Tuple(_)) => {
                append(total, &item, budget)?
            }
            _ => binary(&total, Operator::Add, &item, budget)?,
        };
    }
    Ok(total)
}

/// Adds integers while the sum fits into 64 bits, then the first item for which it does not.
fn whole_numbers(
    mut total: i64,
    items: &mut dyn Iterator<Item = Value>,
    budget: &mut Budget,
) -> Result<Value, EvalError> {
    for item in items {
        budget.spend_items(1)?;
        match small(&item).and_then(|number| total.checked_add(number)) {
            Some(sum) => total = sum,
            None => return binary(&Value::int(total), Operator::Add, &item, budget),
        }
    }
    Ok(Value::int(total))
}

/// Adds floats and small integers by Neumaier's algorithm (as Python since 3.12), then the first
/// other item.
fn floats(
    mut total: f64,
    items: &mut dyn Iterator<Item = Value>,
    budget: &mut Budget,
) -> Result<Value, EvalError> {
    let mut compensation = 0.0_f64;
    let finish = |total: f64, compensation: f64| {
        // Adding zero would lose the sign of minus zero, adding infinity the total.
        let is_unusable = compensation == 0.0 || !compensation.is_finite();
        Value::Float(if is_unusable { total } else { total + compensation })
    };
    for item in items {
        budget.spend_items(1)?;
        match (&item, small(&item)) {
            (Value::Float(number), _) => {
                let sum = total + number;
                compensation += if total.abs() >= number.abs() {
                    (total - sum) + number
                } else {
                    (number - sum) + total
                };
                total = sum;
            }
            // Python adds the nearest float, too.
            #[allow(clippy::cast_precision_loss)]
            (_, Some(number)) => total += number as f64,
            _ => return binary(&finish(total, compensation), Operator::Add, &item, budget),
        }
    }
    Ok(finish(total, compensation))
}

fn small_exact(value: &Value) -> Option<i64> {
    match value {
        Value::Int(number) => i64::try_from(number.as_ref()).ok(),
        _ => None,
    }
}

fn small(value: &Value) -> Option<i64> {
    match value {
        Value::Bool(number) => Some(i64::from(*number)),
        other => small_exact(other),
    }
}
