//! The operators of floats.

use crate::tools::calculator::error::EvalError;
use crate::tools::calculator::syntax::Operator;
use crate::tools::calculator::values::{Complex, Value};

use super::complex;

/// Applies an operator to two floats.
pub(super) fn binary(a: f64, operator: Operator, b: f64) -> Result<Value, EvalError> {
    Ok(Value::Float(match operator {
        Operator::Add => a + b,
        Operator::Subtract => a - b,
        Operator::Multiply => a * b,
        Operator::Divide | Operator::Modulo if b == 0.0 => return Err(EvalError::DivisionByZero),
        Operator::Divide => a / b,
        Operator::Modulo => modulo(a, b),
        Operator::Power => return power(a, b),
        Operator::Forbidden(what) => return Err(EvalError::unsafe_operation(what)),
    }))
}

/// Returns the remainder, which has the sign of the divisor.
fn modulo(a: f64, b: f64) -> f64 {
    let rest = a % b;
    if rest == 0.0 {
        return 0.0_f64.copysign(b);
    }
    if (rest < 0.0) == (b < 0.0) { rest } else { rest + b }
}

fn power(a: f64, b: f64) -> Result<Value, EvalError> {
    if a == 0.0 && b < 0.0 && b.is_finite() {
        return Err(EvalError::DivisionByZero);
    }
    let finite = a.is_finite() && b.is_finite();
    if a < 0.0 && finite && b.fract() != 0.0 {
        let whole = |real: f64| Complex { real, imaginary: 0.0 };
        return complex::binary(whole(a), Operator::Power, whole(b)).map(Value::Complex);
    }
    let result = a.powf(b);
    if result.is_infinite() && finite {
        return Err(EvalError::Calculation("(34, 'Numerical result out of range')".to_owned()));
    }
    Ok(Value::Float(result))
}
