//! The value of a tree, from the leaves up.
//! May not be entered with a tree deeper than the parser lets through.

use num_bigint::BigInt;

use super::budget::Budget;
use super::parse::Expression;
use super::value::Value;
use super::{EvalError, arithmetic, functions};

/// The value of an expression.
pub(super) fn evaluate(expression: &Expression, budget: &mut Budget) -> Result<Value, EvalError> {
    budget.spend(0)?;
    match expression {
        Expression::Constant(value) => Ok(value.clone()),
        Expression::Name(name) => {
            Err(EvalError::Calculation(format!("name '{name}' is not defined")))
        }
        Expression::Minus(operand) => signed('-', evaluate(operand, budget)?),
        Expression::Plus(operand) => signed('+', evaluate(operand, budget)?),
        Expression::Binary(operator, left, right) => {
            let left = evaluate(left, budget)?;
            let right = evaluate(right, budget)?;
            arithmetic::binary(*operator, left, right, budget)
        }
        Expression::List(items) => {
            let items: Result<Vec<Value>, EvalError> =
                items.iter().map(|item| evaluate(item, budget)).collect();
            Ok(Value::List(items?))
        }
        Expression::Call(name, arguments) => {
            if !functions::NAMES.contains(&name.as_str()) {
                return Err(EvalError::unsafe_operation("Call"));
            }
            let arguments: Result<Vec<Value>, EvalError> =
                arguments.iter().map(|argument| evaluate(argument, budget)).collect();
            functions::call(name, &arguments?, budget)
        }
    }
}

fn signed(sign: char, value: Value) -> Result<Value, EvalError> {
    let minus = sign == '-';
    match value {
        Value::Int(it) => Ok(Value::Int(if minus { -it } else { it })),
        Value::Bool(it) => {
            let it = BigInt::from(i8::from(it));
            Ok(Value::Int(if minus { -it } else { it }))
        }
        Value::Float(it) => Ok(Value::Float(if minus { -it } else { it })),
        other @ (Value::None | Value::Text(_) | Value::List(_)) => Err(EvalError::Calculation(
            format!("bad operand type for unary {sign}: '{}'", other.kind()),
        )),
    }
}
