//! The seven functions of the web app's calculator, with Python's behaviour.

mod extreme;
mod modular;
mod round;
mod sum;

use std::rc::Rc;

use num_bigint::{BigInt, Sign};

use super::budget::Budget;
use super::compare::Order;
use super::error::EvalError;
use super::operators::{Number, binary};
use super::syntax::Operator;
use super::values::{Function, Value};

pub(super) fn call(
    function: Function,
    arguments: &[Value],
    budget: &mut Budget,
) -> Result<Value, EvalError> {
    match (function, arguments) {
        (Function::Abs, [value]) => absolute(value),
        (Function::Sqrt, [value]) => root(value),
        (Function::Min, [_, ..]) => extreme::extreme("min", arguments, Order::Less, budget),
        (Function::Max, [_, ..]) => extreme::extreme("max", arguments, Order::Greater, budget),
        (Function::Round, [value] | [value, Value::None]) => round::to_whole(value),
        (Function::Round, [value, digits]) => round::to_digits(value, digits, budget),
        (Function::Sum, [items]) => sum::sum(items, Value::int(0), budget),
        (Function::Sum, [items, start]) => sum::sum(items, start.clone(), budget),
        (Function::Pow, [base, exponent] | [base, exponent, Value::None]) => {
            binary(base, Operator::Power, exponent, budget)
        }
        (Function::Pow, [base, exponent, modulus]) => {
            modular::power(base, exponent, modulus, budget)
        }
        _ => Err(EvalError::Calculation(wrong_count(function, arguments.len()))),
    }
}

/// Returns Python's error for a wrong number of arguments.
fn wrong_count(function: Function, count: usize) -> String {
    let name = function.name();
    match function {
        Function::Abs => format!("abs() takes exactly one argument ({count} given)"),
        Function::Sqrt => format!("math.sqrt() takes exactly one argument ({count} given)"),
        Function::Min | Function::Max => {
            format!("{name} expected at least 1 argument, got {count}")
        }
        Function::Sum if count == 0 => {
            "sum() takes at least 1 positional argument (0 given)".to_owned()
        }
        Function::Round if count == 0 => {
            "round() missing required argument 'number' (pos 1)".to_owned()
        }
        Function::Pow if count == 0 => "pow() missing required argument 'base' (pos 1)".to_owned(),
        Function::Pow if count == 1 => "pow() missing required argument 'exp' (pos 2)".to_owned(),
        Function::Pow => format!("pow() takes at most 3 arguments ({count} given)"),
        Function::Sum | Function::Round => {
            format!("{name}() takes at most 2 arguments ({count} given)")
        }
    }
}

fn absolute(value: &Value) -> Result<Value, EvalError> {
    Ok(match Number::of(value) {
        Some(Number::Int(number)) if number.sign() == Sign::Minus => {
            Value::int(BigInt::from_biguint(Sign::Plus, number.magnitude().clone()))
        }
        Some(Number::Int(number)) => Value::Int(Rc::clone(&number)),
        Some(Number::Float(number)) => Value::Float(number.abs()),
        Some(Number::Complex(number)) => {
            let modulus = number.real.hypot(number.imaginary);
            if modulus.is_infinite() && number.real.is_finite() && number.imaginary.is_finite() {
                return Err(EvalError::Calculation("absolute value too large".to_owned()));
            }
            Value::Float(modulus)
        }
        None => {
            let kind = value.kind();
            return Err(EvalError::Calculation(format!("bad operand type for abs(): '{kind}'")));
        }
    })
}

fn root(value: &Value) -> Result<Value, EvalError> {
    let Some(number) = Number::of(value) else {
        let kind = value.kind();
        return Err(EvalError::Calculation(format!("must be real number, not {kind}")));
    };
    let radicand = number.float()?;
    if radicand < 0.0 {
        return Err(EvalError::Invalid("math domain error".to_owned()));
    }
    Ok(Value::Float(radicand.sqrt()))
}
