//! `min` and `max`, and iteration over a value.

use std::rc::Rc;

use crate::tools::calculator::budget::Budget;
use crate::tools::calculator::compare::{Order, is_ordered};
use crate::tools::calculator::error::EvalError;
use crate::tools::calculator::values::Value;

/// Returns the first smallest or largest of several arguments, or of the items of one.
pub(super) fn extreme(
    name: &str,
    arguments: &[Value],
    order: Order,
    budget: &mut Budget,
) -> Result<Value, EvalError> {
    let mut items = match arguments {
        [only] => items(only)?,
        several => Box::new(several.iter().cloned()),
    };
    let Some(mut best) = items.next() else {
        return Err(EvalError::Invalid(format!("{name}() iterable argument is empty")));
    };
    for item in items {
        if is_ordered(&item, order, &best, budget)? {
            best = item;
        }
    }
    Ok(best)
}

/// Iterates over the items of a value.
pub(super) fn items(value: &Value) -> Result<Box<dyn Iterator<Item = Value> + '_>, EvalError> {
    Ok(match value {
        Value::List(items) | Value::Tuple(items) => Box::new(items.iter().cloned()),
        Value::Text(text) => Box::new(text.iter().map(|code| Value::Text(Rc::from([*code])))),
        Value::Bytes(bytes) => Box::new(bytes.iter().map(|byte| Value::int(*byte))),
        Value::Dict => Box::new(std::iter::empty()),
        other => {
            let why = format!("'{}' object is not iterable", other.kind());
            return Err(EvalError::Calculation(why));
        }
    })
}
