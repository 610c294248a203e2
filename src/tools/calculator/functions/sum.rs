//! Everything added up, in the three ways Python adds: machine numbers, floats with what rounding
//! lost kept aside, and all else.
//! Must not mix the ways: the last digit depends on when Python changes over.

use crate::tools::calculator::budget::Budget;
use crate::tools::calculator::error::EvalError;
use crate::tools::calculator::operators::{append, binary};
use crate::tools::calculator::syntax::Operator;
use crate::tools::calculator::values::Value;

use super::extreme::items;

/// The items added to `start`.
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
    if let Value::Float(it) = total {
        total = floats(it, &mut items, budget)?;
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

/// Whole numbers as long as the sum is a machine's; then the sum with the item that ended it.
fn whole_numbers(
    mut total: i64,
    items: &mut dyn Iterator<Item = Value>,
    budget: &mut Budget,
) -> Result<Value, EvalError> {
    for item in items {
        budget.spend_items(1)?;
        match small(&item).and_then(|it| total.checked_add(it)) {
            Some(sum) => total = sum,
            None => return binary(&Value::int(total), Operator::Add, &item, budget),
        }
    }
    Ok(Value::int(total))
}

/// Floats and small whole numbers by Neumaier's way; then the sum with the item that ended it.
fn floats(
    mut total: f64,
    items: &mut dyn Iterator<Item = Value>,
    budget: &mut Budget,
) -> Result<Value, EvalError> {
    let mut lost = 0.0_f64;
    let finish = |total: f64, lost: f64| {
        // Adding zero would lose the sign of minus zero, adding infinity the sum.
        let keep = lost == 0.0 || !lost.is_finite();
        Value::Float(if keep { total } else { total + lost })
    };
    for item in items {
        budget.spend_items(1)?;
        match (&item, small(&item)) {
            (Value::Float(it), _) => {
                let sum = total + it;
                lost +=
                    if total.abs() >= it.abs() { (total - sum) + it } else { (it - sum) + total };
                total = sum;
            }
            // As Python does, which loses nothing of note here.
            #[allow(clippy::cast_precision_loss)]
            (_, Some(it)) => total += it as f64,
            _ => return binary(&finish(total, lost), Operator::Add, &item, budget),
        }
    }
    Ok(finish(total, lost))
}

fn small_exact(value: &Value) -> Option<i64> {
    match value {
        Value::Int(it) => i64::try_from(it.as_ref()).ok(),
        _ => None,
    }
}

fn small(value: &Value) -> Option<i64> {
    match value {
        Value::Bool(it) => Some(i64::from(*it)),
        other => small_exact(other),
    }
}
