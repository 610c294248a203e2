//! Applies Python's operators to values of any type, with Python's results and errors.

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
pub(super) use number::{Number, float_to_int};
pub(super) use sequence::append;

use mismatch::mismatch;

/// Applies an operator to two values.
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

/// Applies a unary operator.
pub(super) fn signed(sign: Sign, operand: &Value) -> Result<Value, EvalError> {
    let minus = match sign {
        Sign::Plus => false,
        Sign::Minus => true,
        Sign::Invert => return Err(EvalError::unsafe_operation("Invert")),
        Sign::Not => return Err(EvalError::unsafe_operation("Not")),
    };
    Ok(match Number::of(operand) {
        Some(Number::Int(number)) => {
            Value::Int(if minus { Rc::new(-number.as_ref()) } else { number })
        }
        Some(Number::Float(number)) => Value::Float(if minus { -number } else { number }),
        Some(Number::Complex(number)) if minus => {
            Value::Complex(Complex { real: -number.real, imaginary: -number.imaginary })
        }
        Some(Number::Complex(number)) => Value::Complex(number),
        None => {
            let sign = if minus { '-' } else { '+' };
            let kind = operand.kind();
            let why = format!("bad operand type for unary {sign}: '{kind}'");
            return Err(EvalError::Calculation(why));
        }
    })
}
