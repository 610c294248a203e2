//! `pow` with three arguments: modular exponentiation.

use num_bigint::{BigInt, Sign};

use crate::tools::calculator::budget::Budget;
use crate::tools::calculator::error::EvalError;
use crate::tools::calculator::operators::{Number, modulo};
use crate::tools::calculator::values::Value;

/// `pow(base, exponent, modulus)`
pub(super) fn power(
    base: &Value,
    exponent: &Value,
    modulus: &Value,
    budget: &mut Budget,
) -> Result<Value, EvalError> {
    let numbers = [base, exponent, modulus].map(Number::of);
    if let [Some(Number::Int(base)), Some(Number::Int(exponent)), Some(Number::Int(modulus))] =
        &numbers
    {
        return whole(base, exponent, modulus, budget).map(Value::int);
    }
    // The first operand that is not an integer decides the error, as in Python.
    for number in &numbers {
        match (number, &numbers) {
            (Some(Number::Float(_)), _) => {
                let why = "pow() 3rd argument not allowed unless all arguments are integers";
                return Err(EvalError::Calculation(why.to_owned()));
            }
            (Some(Number::Complex(_)), [Some(base), Some(exponent), _]) => {
                base.complex()?;
                exponent.complex()?;
                return Err(EvalError::Invalid("complex modulo".to_owned()));
            }
            _ => {}
        }
    }
    Err(EvalError::Calculation(format!(
        "unsupported operand type(s) for ** or pow(): '{}', '{}', '{}'",
        base.kind(),
        exponent.kind(),
        modulus.kind()
    )))
}

fn whole(
    base: &BigInt,
    exponent: &BigInt,
    modulus: &BigInt,
    budget: &mut Budget,
) -> Result<BigInt, EvalError> {
    if modulus.sign() == Sign::NoSign {
        return Err(EvalError::Invalid("pow() 3rd argument cannot be 0".to_owned()));
    }
    let unsigned = BigInt::from(modulus.magnitude().clone());
    if unsigned == BigInt::from(1) {
        return Ok(BigInt::ZERO);
    }
    budget.spend_dividing(base.bits(), unsigned.bits())?;
    let mut base = modulo(base, &unsigned);
    if exponent.sign() == Sign::Minus {
        base = inverse(&base, &unsigned, budget)?;
    }
    let exponent = BigInt::from(exponent.magnitude().clone());
    let words = unsigned.bits().div_ceil(64).saturating_add(1);
    budget.spend(exponent.bits().saturating_mul(words).saturating_mul(words).saturating_mul(4))?;
    Ok(modulo(&base.modpow(&exponent, &unsigned), modulus))
}

fn inverse(base: &BigInt, modulus: &BigInt, budget: &mut Budget) -> Result<BigInt, EvalError> {
    let words = modulus.bits().div_ceil(64).saturating_add(1);
    budget.spend(modulus.bits().saturating_mul(words).saturating_mul(4))?;
    base.modinv(modulus).ok_or_else(|| {
        EvalError::Invalid("base is not invertible for the given modulus".to_owned())
    })
}
