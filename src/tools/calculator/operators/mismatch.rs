//! What is said of operands that do not fit together.

use crate::tools::calculator::error::EvalError;
use crate::tools::calculator::syntax::Operator;
use crate::tools::calculator::values::Value;

/// What Python says of two operands that an operator does not know together.
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
