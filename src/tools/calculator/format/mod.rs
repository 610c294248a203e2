//! Python's `%` formatting of texts and bytes.

mod arguments;
mod convert;
mod kind;
mod layout;
mod specification;

use std::rc::Rc;

use super::budget::{Budget, MAX_ITEMS};
use super::error::EvalError;
use super::values::Value;

use arguments::Arguments;
use kind::Kind;
use specification::Specification;

/// `text % values`
pub(super) fn text(
    template: &[u32],
    values: &Value,
    budget: &mut Budget,
) -> Result<Value, EvalError> {
    Ok(Value::Text(Rc::from(fill(template, values, Kind::Text, budget)?)))
}

/// `bytes % values`
pub(super) fn bytes(
    template: &[u8],
    values: &Value,
    budget: &mut Budget,
) -> Result<Value, EvalError> {
    let template: Vec<u32> = template.iter().map(|byte| u32::from(*byte)).collect();
    let filled = fill(&template, values, Kind::Bytes, budget)?;
    Ok(Value::Bytes(filled.into_iter().map(|code| code.to_le_bytes()[0]).collect()))
}

fn fill(
    template: &[u32],
    values: &Value,
    kind: Kind,
    budget: &mut Budget,
) -> Result<Vec<u32>, EvalError> {
    let percent = u32::from('%');
    let mut arguments = Arguments::of(values, kind);
    let mut out = Vec::new();
    let mut at = 0_usize;
    while let Some(code) = template.get(at) {
        at = at.saturating_add(1);
        if *code != percent {
            out.push(*code);
            continue;
        }
        if template.get(at) == Some(&percent) {
            at = at.saturating_add(1);
            out.push(percent);
            continue;
        }
        let specification = Specification::read(template, &mut at, &mut arguments, kind)?;
        let value = arguments.next()?;
        let converted = convert::convert(&value, &specification, kind, budget)?;
        layout::push(&converted, &specification, &mut out)?;
        if out.len() > MAX_ITEMS {
            return Err(EvalError::too_long());
        }
        budget.spend_items(converted.text.len())?;
    }
    arguments.check_all_used(kind)?;
    Ok(out)
}
