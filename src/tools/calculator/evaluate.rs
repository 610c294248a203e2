//! The value of a tree, from the leaves up.
//! May not be entered with a tree deeper than the parser lets through.

use num_bigint::BigInt;

use super::budget::Budget;
use super::parse::Expression;
use super::value::CalculatorValue;
use super::{EvalError, arithmetic, functions};

/// The value of an expression.
pub(super) fn evaluate(
    expression: &Expression,
    budget: &mut Budget,
) -> Result<CalculatorValue, EvalError> {
    budget.spend(0)?;
    match expression {
        Expression::Constant(value) => Ok(value.clone()),
        Expression::Name(name) => {
            Err(EvalError::Calculation(format!("name '{name}' is not defined")))
        }
        Expression::Minus(operand) => apply_sign('-', evaluate(operand, budget)?),
        Expression::Plus(operand) => apply_sign('+', evaluate(operand, budget)?),
        Expression::Binary(operator, left, right) => {
            let left = evaluate(left, budget)?;
            let right = evaluate(right, budget)?;
            arithmetic::apply_binary(*operator, left, right, budget)
        }
        Expression::List(items) => {
            let items: Result<Vec<CalculatorValue>, EvalError> =
                items.iter().map(|item| evaluate(item, budget)).collect();
            Ok(CalculatorValue::List(items?))
        }
        Expression::Call(name, arguments) => {
            if !functions::NAMES.contains(&name.as_str()) {
                return Err(EvalError::unsafe_operation("Call"));
            }
            let arguments: Result<Vec<CalculatorValue>, EvalError> =
                arguments.iter().map(|argument| evaluate(argument, budget)).collect();
            functions::call(name, &arguments?, budget)
        }
    }
}

fn apply_sign(sign: char, value: CalculatorValue) -> Result<CalculatorValue, EvalError> {
    let minus = sign == '-';
    match value {
        CalculatorValue::Int(it) => Ok(CalculatorValue::Int(if minus { -it } else { it })),
        CalculatorValue::Bool(it) => {
            let it = BigInt::from(i8::from(it));
            Ok(CalculatorValue::Int(if minus { -it } else { it }))
        }
        CalculatorValue::Float(it) => Ok(CalculatorValue::Float(if minus { -it } else { it })),
        other @ (CalculatorValue::None | CalculatorValue::Text(_) | CalculatorValue::List(_)) => {
            Err(EvalError::Calculation(format!(
                "bad operand type for unary {sign}: '{}'",
                other.type_name()
            )))
        }
    }
}
