//! The error for operands whose types an operator does not support.

use crate::tools::calculator::error::EvalError;
use crate::tools::calculator::syntax::Operator;
use crate::tools::calculator::values::Value;

/// Returns Python's error for operands whose types an operator does not support.
pub(super) fn mismatch(operator: Operator, left: &Value, right: &Value) -> EvalError {
    let sign = match operator {
        Operator::Add => "+",
        Operator::Subtract => "-",
        Operator::Multiply => "*",
        Operator::Divide => "/",
        Operator::Modulo => "%",
        Operator::Power => "** or pow()",
        Operator::Forbidden(what) => return EvalError::unsafe_operation(what),
    };
    EvalError::Calculation(format!(
        "unsupported operand type(s) for {sign}: '{}' and '{}'",
        left.kind(),
        right.kind()
    ))
}
