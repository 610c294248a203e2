//! Rejects expressions with anything that the calculator does not allow.
//! Must not visit the parts in another order than the web app, because the error names the first.

use std::collections::VecDeque;

use super::error::EvalError;
use super::syntax::{Node, Operator, Sign};
use super::values::Function;

/// A part that is still to be checked.
enum Part<'a> {
    Node(&'a Node),
    Signs(&'a [Sign], &'a Node),
    Forbidden(&'static str),
}

/// Rejects what is not allowed, level by level of the tree, like Python's `ast.walk`.
pub(super) fn check(root: &Node) -> Result<(), EvalError> {
    let mut parts = VecDeque::from([Part::Node(root)]);
    let mut names = Vec::new();
    while let Some(part) = parts.pop_front() {
        match part {
            Part::Node(Node::Signed(signs, operand)) => push_signs(signs, operand, &mut parts),
            Part::Signs(signs, operand) => push_signs(signs, operand, &mut parts),
            Part::Node(Node::Binary(left, operator, right)) => {
                parts.push_back(Part::Node(left));
                if let Operator::Forbidden(what) = operator {
                    parts.push_back(Part::Forbidden(what));
                }
                parts.push_back(Part::Node(right));
            }
            Part::Node(Node::List(items) | Node::Tuple(items)) => {
                parts.extend(items.iter().map(Part::Node));
            }
            Part::Node(Node::Call(called, arguments)) => {
                check_called(called)?;
                parts.push_back(Part::Node(called));
                parts.extend(arguments.iter().map(Part::Node));
            }
            Part::Node(Node::Name(name)) => names.push(name),
            Part::Node(Node::Constant(_)) => {}
            Part::Node(Node::Forbidden(what)) => return Err(EvalError::unsafe_operation(what)),
            Part::Forbidden(what) => return Err(EvalError::unsafe_operation(what)),
        }
    }
    names.into_iter().try_for_each(|name| check_name(name))
}

fn push_signs<'a>(signs: &'a [Sign], operand: &'a Node, parts: &mut VecDeque<Part<'a>>) {
    let Some((outermost, rest)) = signs.split_first() else { return };
    match outermost {
        Sign::Plus | Sign::Minus => {}
        Sign::Invert => parts.push_back(Part::Forbidden("Invert")),
        Sign::Not => parts.push_back(Part::Forbidden("Not")),
    }
    parts.push_back(if rest.is_empty() { Part::Node(operand) } else { Part::Signs(rest, operand) });
}

fn check_called(called: &Node) -> Result<(), EvalError> {
    let Node::Name(name) = called else {
        return Err(EvalError::Invalid("Only simple function calls are allowed".to_owned()));
    };
    if Function::named(name).is_some() {
        return Ok(());
    }
    let allowed = Function::ALL.map(Function::name).join(", ");
    Err(EvalError::Invalid(format!("Function {name} is not allowed. Allowed functions: {allowed}")))
}

/// Rejects a constant written in unusual letters, which Python's parser treats as a name.
fn check_name(name: &str) -> Result<(), EvalError> {
    if matches!(name, "True" | "False" | "None") {
        return Err(EvalError::Invalid(format!(
            "identifier field can't represent '{name}' constant"
        )));
    }
    Ok(())
}
