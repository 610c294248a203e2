//! The operators, as Python has them.
//! Must not work on anything the budget does not allow for.

mod complex;
mod floating;
mod integer;
mod mismatch;
mod number;
mod sequence;

use std::rc::Rc;

use super::budget::Budget;
use super::error::EvalError;
use super::format;
use super::syntax::{Operator, Sign};
use super::values::{Complex, Value};

pub(super) use integer::modulo;
pub(super) use number::Number;
pub(super) use sequence::append;

use mismatch::mismatch;

/// What an operator makes of two operands.
pub(super) fn binary(
    left: &Value,
    operator: Operator,
    right: &Value,
    budget: &mut Budget,
) -> Result<Value, EvalError> {
    budget.spend_items(1)?;
    if let (Some(a), Some(b)) = (Number::of(left), Number::of(right)) {
        let complex = matches!(a, Number::Complex(_)) || matches!(b, Number::Complex(_));
        if complex && operator == Operator::Modulo {
            return Err(mismatch(operator, left, right));
        }
        return numbers(&a, operator, &b, budget);
    }
    match (operator, left) {
        (Operator::Modulo, Value::Text(text)) => format::text(text, right, budget),
        (Operator::Modulo, Value::Bytes(bytes)) => format::bytes(bytes, right, budget),
        (Operator::Add, _) => sequence::join(left, right, budget),
        (Operator::Multiply, _) => sequence::multiply(left, right, budget),
        _ => Err(mismatch(operator, left, right)),
    }
}

fn numbers(
    left: &Number,
    operator: Operator,
    right: &Number,
    budget: &mut Budget,
) -> Result<Value, EvalError> {
    match (left, right) {
        (Number::Int(a), Number::Int(b)) => integer::binary(a, operator, b, budget),
        (Number::Complex(_), _) | (_, Number::Complex(_)) => {
            let (a, b) = (left.complex()?, right.complex()?);
            complex::binary(a, operator, b).map(Value::Complex)
        }
        _ => floating::binary(left.float()?, operator, right.float()?),
    }
}

/// What a sign makes of its operand.
pub(super) fn signed(sign: Sign, operand: &Value) -> Result<Value, EvalError> {
    let minus = match sign {
        Sign::Plus => false,
        Sign::Minus => true,
        Sign::Invert => return Err(EvalError::unsafe_operation("Invert")),
        Sign::Not => return Err(EvalError::unsafe_operation("Not")),
    };
    Ok(match Number::of(operand) {
        Some(Number::Int(it)) => Value::Int(if minus { Rc::new(-it.as_ref()) } else { it }),
        Some(Number::Float(it)) => Value::Float(if minus { -it } else { it }),
        Some(Number::Complex(it)) if minus => {
            Value::Complex(Complex { real: -it.real, imaginary: -it.imaginary })
        }
        Some(Number::Complex(it)) => Value::Complex(it),
        None => {
            let sign = if minus { '-' } else { '+' };
            let kind = operand.kind();
            let why = format!("bad operand type for unary {sign}: '{kind}'");
            return Err(EvalError::Calculation(why));
        }
    })
}
