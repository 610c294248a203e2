//! The arguments of `%` formatting, used in order.

use crate::tools::calculator::budget::Budget;
use crate::tools::calculator::error::EvalError;
use crate::tools::calculator::values::{Value, repr};

use super::kind::Kind;

/// The values of a tuple, or a single value.
#[derive(Debug)]
pub(super) struct Arguments<'a> {
    values: &'a [Value],
    /// A single value that supports keys, which need not be used.
    mapping: Option<&'a Value>,
    used: usize,
}

impl<'a> Arguments<'a> {
    pub(super) fn of(value: &'a Value, kind: Kind) -> Self {
        let mapping = match value {
            Value::Dict | Value::List(_) => Some(value),
            Value::Bytes(_) if kind == Kind::Text => Some(value),
            _ => None,
        };
        let values = match value {
            Value::Tuple(values) => values.as_slice(),
            only => std::slice::from_ref(only),
        };
        Self { values, mapping, used: 0 }
    }

    pub(super) fn next(&mut self) -> Result<Value, EvalError> {
        let value = self.values.get(self.used).cloned().ok_or_else(|| {
            EvalError::Calculation("not enough arguments for format string".to_owned())
        })?;
        self.used = self.used.saturating_add(1);
        Ok(value)
    }

    /// Returns Python's error for a key, which no value of the calculator has.
    pub(super) fn refuse_key(&self, key: &Value) -> EvalError {
        let kind = key.kind();
        EvalError::Calculation(match self.mapping {
            None => "format requires a mapping".to_owned(),
            Some(Value::Bytes(_)) => format!("byte indices must be integers or slices, not {kind}"),
            Some(Value::List(_)) => format!("list indices must be integers or slices, not {kind}"),
            Some(_) => {
                let text = repr(key, &mut Budget::default()).unwrap_or_default();
                text.into_iter().filter_map(char::from_u32).collect()
            }
        })
    }

    pub(super) const fn has_mapping(&self) -> bool {
        self.mapping.is_some()
    }

    /// Rejects values that the template did not use, as Python does.
    pub(super) fn check_all_used(&self, kind: Kind) -> Result<(), EvalError> {
        if self.mapping.is_some() || self.used >= self.values.len() {
            return Ok(());
        }
        let what = match kind {
            Kind::Text => "string",
            Kind::Bytes => "bytes",
        };
        Err(EvalError::Calculation(format!("not all arguments converted during {what} formatting")))
    }
}
