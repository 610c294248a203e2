//! Rejects expressions with anything that the calculator does not allow.
//! Must not visit the parts in another order than the web app, because the error names the first.

use std::collections::VecDeque;

use super::error::EvalError;
use super::syntax::{Node, Operator, Sign};
use super::values::Function;

/// A part that is still to be checked.
enum PendingPart<'a> {
    Node(&'a Node),
    Signs(&'a [Sign], &'a Node),
    Forbidden(&'static str),
}

/// Rejects what is not allowed, level by level of the tree, like Python's `ast.walk`.
pub(super) fn check(root: &Node) -> Result<(), EvalError> {
    let mut parts = VecDeque::from([PendingPart::Node(root)]);
    let mut names = Vec::new();
    while let Some(part) = parts.pop_front() {
        match part {
            PendingPart::Node(Node::Signed(signs, operand)) => {
                push_signs(signs, operand, &mut parts);
            }
            PendingPart::Signs(signs, operand) => push_signs(signs, operand, &mut parts),
            PendingPart::Node(Node::Binary(left, operator, right)) => {
                parts.push_back(PendingPart::Node(left));
                if let Operator::Forbidden(what) = operator {
                    parts.push_back(PendingPart::Forbidden(what));
                }
                parts.push_back(PendingPart::Node(right));
            }
            PendingPart::Node(Node::List(items) | Node::Tuple(items)) => {
                parts.extend(items.iter().map(PendingPart::Node));
            }
            PendingPart::Node(Node::Call(called, arguments)) => {
                check_called(called)?;
                parts.push_back(PendingPart::Node(called));
                parts.extend(arguments.iter().map(PendingPart::Node));
            }
            PendingPart::Node(Node::Name(name)) => names.push(name),
            PendingPart::Node(Node::Constant(_)) => {}
            PendingPart::Node(Node::Forbidden(what)) => {
                return Err(EvalError::unsafe_operation(what));
            }
            PendingPart::Forbidden(what) => return Err(EvalError::unsafe_operation(what)),
        }
    }
    names.into_iter().try_for_each(|name| check_name(name))
}

fn push_signs<'a>(signs: &'a [Sign], operand: &'a Node, parts: &mut VecDeque<PendingPart<'a>>) {
    let Some((outermost, rest)) = signs.split_first() else { return };
    match outermost {
        Sign::Plus | Sign::Minus => {}
        Sign::Invert => parts.push_back(PendingPart::Forbidden("Invert")),
        Sign::Not => parts.push_back(PendingPart::Forbidden("Not")),
    }
    parts.push_back(if rest.is_empty() {
        PendingPart::Node(operand)
    } else {
        PendingPart::Signs(rest, operand)
    });
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
