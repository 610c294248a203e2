//! Evaluates a tree that `check` has accepted.

use std::rc::Rc;

use super::budget::Budget;
use super::error::EvalError;
use super::syntax::{Node, Operator};
use super::values::{Function, Value};
use super::{functions, operators};

/// How much of a name is in the message that it is not defined (Python 3.11, measured on 2026-11-29).
const MAX_NAME_BYTES: usize = 200;

pub(super) fn evaluate(node: &Node, budget: &mut Budget) -> Result<Value, EvalError> {
    match node {
        Node::Constant(value) => Ok(value.clone()),
        Node::Name(name) => named(name),
        Node::Signed(signs, operand) => {
            let operand = evaluate(operand, budget)?;
            let mut innermost_first = signs.iter().rev().copied();
            innermost_first.try_fold(operand, |value, sign| operators::signed(sign, &value))
        }
        Node::Binary(..) => chain(node, budget),
        Node::List(items) => Ok(Value::List(Rc::new(all(items, budget)?))),
        Node::Tuple(items) => Ok(Value::Tuple(Rc::new(all(items, budget)?))),
        Node::Call(called, arguments) => match evaluate(called, budget)? {
            Value::Function(function) => {
                functions::call(function, &all(arguments, budget)?, budget)
            }
            other => {
                Err(EvalError::Calculation(format!("'{}' object is not callable", other.kind())))
            }
        },
        Node::Forbidden(what) => Err(EvalError::unsafe_operation(what)),
    }
}

fn all(nodes: &[Node], budget: &mut Budget) -> Result<Vec<Value>, EvalError> {
    nodes.iter().map(|node| evaluate(node, budget)).collect()
}

/// Applies operators from left to right; a loop, because a long sum is a deep tree.
fn chain(node: &Node, budget: &mut Budget) -> Result<Value, EvalError> {
    let mut rest: Vec<(Operator, &Node)> = Vec::new();
    let mut first = node;
    while let Node::Binary(left, operator, right) = first {
        rest.push((*operator, right));
        first = left;
    }
    let mut value = evaluate(first, budget)?;
    for (operator, right) in rest.into_iter().rev() {
        let right = evaluate(right, budget)?;
        value = operators::binary(&value, operator, &right, budget)?;
    }
    Ok(value)
}

fn named(name: &str) -> Result<Value, EvalError> {
    if let Some(function) = Function::named(name) {
        return Ok(Value::Function(function));
    }
    match name {
        // Python adds these two to every expression.
        "__builtins__" => Ok(Value::Dict),
        "__debug__" => Ok(Value::Bool(true)),
        _ => {
            let shown = name.as_bytes().get(..MAX_NAME_BYTES).unwrap_or(name.as_bytes());
            let shown = String::from_utf8_lossy(shown);
            Err(EvalError::Calculation(format!("name '{shown}' is not defined")))
        }
    }
}
