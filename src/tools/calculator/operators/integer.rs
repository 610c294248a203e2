//! The operators of integers of any size.
//! Must not compute before the budget has allowed it, because an operation cannot be interrupted.

use std::rc::Rc;

use num_bigint::{BigInt, Sign};

use crate::tools::calculator::budget::{Budget, MAX_BITS};
use crate::tools::calculator::error::EvalError;
use crate::tools::calculator::syntax::Operator;
use crate::tools::calculator::values::{Value, ratio};

use super::floating;
use super::number::Number;

/// Applies an operator to two integers.
pub(super) fn binary(
    a: &Rc<BigInt>,
    operator: Operator,
    b: &Rc<BigInt>,
    budget: &mut Budget,
) -> Result<Value, EvalError> {
    let zero = b.sign() == Sign::NoSign;
    budget.spend_adding(a.bits(), b.bits())?;
    let result = match operator {
        Operator::Add => a.as_ref() + b.as_ref(),
        Operator::Subtract => a.as_ref() - b.as_ref(),
        Operator::Multiply => multiply(a, b, budget)?,
        Operator::Divide | Operator::Modulo if zero => return Err(EvalError::DivisionByZero),
        Operator::Divide => {
            budget.spend_dividing(a.bits().max(b.bits()).saturating_add(64), b.bits())?;
            let quotient = ratio(a, b).ok_or_else(|| {
                EvalError::Calculation("integer division result too large for a float".to_owned())
            })?;
            return Ok(Value::Float(quotient));
        }
        Operator::Modulo => {
            budget.spend_dividing(a.bits(), b.bits())?;
            modulo(a, b)
        }
        Operator::Power if b.sign() == Sign::Minus => {
            let (a, b) = (Number::Int(a.clone()).float()?, Number::Int(b.clone()).float()?);
            return floating::binary(a, Operator::Power, b);
        }
        Operator::Power => power(a, b, budget)?,
        Operator::Forbidden(what) => return Err(EvalError::unsafe_operation(what)),
    };
    Ok(Value::int(result))
}

fn multiply(a: &BigInt, b: &BigInt, budget: &mut Budget) -> Result<BigInt, EvalError> {
    if a.bits().saturating_add(b.bits()) > MAX_BITS {
        return Err(EvalError::too_large());
    }
    budget.spend_multiplying(a.bits(), b.bits())?;
    Ok(a * b)
}

/// Returns the remainder, which has the sign of the divisor; the divisor must not be zero.
pub(in crate::tools::calculator) fn modulo(a: &BigInt, b: &BigInt) -> BigInt {
    let rest = a % b;
    let fits = rest.sign() == Sign::NoSign || rest.sign() == b.sign();
    if fits { rest } else { rest + b }
}

/// Computes a power with an exponent of zero or more.
fn power(a: &BigInt, b: &BigInt, budget: &mut Budget) -> Result<BigInt, EvalError> {
    // Powers of 0, 1 and -1 are short for any exponent.
    if a.bits() <= 1 {
        let odd = b.magnitude().bit(0);
        let none = b.sign() == Sign::NoSign;
        return Ok(match a.sign() {
            _ if none => BigInt::from(1),
            Sign::Minus if !odd => BigInt::from(1),
            Sign::Minus | Sign::NoSign | Sign::Plus => a.clone(),
        });
    }
    let exponent = u32::try_from(b).map_err(|_| EvalError::too_large())?;
    let bits = a.bits().saturating_mul(u64::from(exponent));
    if bits > MAX_BITS {
        return Err(EvalError::too_large());
    }
    budget.spend_multiplying(bits / 2, bits / 2)?;
    budget.spend_multiplying(bits / 2, bits / 2)?;
    Ok(a.pow(exponent))
}
