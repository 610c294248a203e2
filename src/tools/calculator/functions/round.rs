//! `round`: ties go to the even neighbour.

use std::cmp::Ordering;

use num_bigint::{BigInt, Sign, ToBigInt};

use crate::tools::calculator::budget::{Budget, MAX_BITS};
use crate::tools::calculator::error::EvalError;
use crate::tools::calculator::operators::{Number, float_to_int, modulo};
use crate::tools::calculator::values::{Value, fixed, of_int};

/// Rounding to more digits never changes a float.
const MAX_PLACES: i64 = 323;
/// The largest power of ten that a float can be rounded to.
const MAX_ZEROS: i64 = 308;

/// Rounds to the nearest integer.
pub(super) fn to_whole(value: &Value) -> Result<Value, EvalError> {
    match Number::of(value) {
        Some(Number::Int(number)) => Ok(Value::Int(number)),
        Some(Number::Float(number)) => float_to_int(number.round_ties_even()).map(Value::int),
        Some(Number::Complex(_)) | None => Err(no_rounding(value)),
    }
}

/// Rounds to digits after the point; a negative number means tens, hundreds and so on.
pub(super) fn to_digits(
    value: &Value,
    digits: &Value,
    budget: &mut Budget,
) -> Result<Value, EvalError> {
    let Some(number @ (Number::Int(_) | Number::Float(_))) = Number::of(value) else {
        return Err(no_rounding(value));
    };
    let Some(Number::Int(digits)) = Number::of(digits) else {
        let kind = digits.kind();
        let why = format!("'{kind}' object cannot be interpreted as an integer");
        return Err(EvalError::Calculation(why));
    };
    let minus = digits.sign() == Sign::Minus;
    let digits = i64::try_from(digits.as_ref()).unwrap_or(if minus { i64::MIN } else { i64::MAX });
    match number {
        Number::Int(number) if digits >= 0 => Ok(Value::Int(number)),
        Number::Int(number) => integer(&number, digits.unsigned_abs(), budget).map(Value::int),
        Number::Float(number) => float(number, digits).map(Value::Float),
        Number::Complex(_) => Err(no_rounding(value)),
    }
}

fn no_rounding(value: &Value) -> EvalError {
    let kind = value.kind();
    EvalError::Calculation(format!("type {kind} doesn't define __round__ method"))
}

fn integer(number: &BigInt, zeros: u64, budget: &mut Budget) -> Result<BigInt, EvalError> {
    // This power of ten is more than twice the number.
    if zeros.saturating_mul(3) > number.bits().saturating_add(1) {
        return Ok(BigInt::ZERO);
    }
    if zeros.saturating_mul(4) > MAX_BITS {
        return Err(EvalError::too_large());
    }
    budget.spend_multiplying(zeros.saturating_mul(4), zeros.saturating_mul(4))?;
    budget.spend_dividing(number.bits(), zeros.saturating_mul(3))?;
    Ok(nearest(number, u32::try_from(zeros).unwrap_or(u32::MAX), Ordering::Equal))
}

/// Returns the nearest multiple of `10^zeros`; `beyond` is how the exact number compares to `number`.
fn nearest(number: &BigInt, zeros: u32, beyond: Ordering) -> BigInt {
    let unit = BigInt::from(10).pow(zeros);
    let rest = modulo(number, &unit);
    let below: BigInt = number - &rest;
    let twice: BigInt = &rest * 2;
    let odd = (&below / &unit).magnitude().bit(0);
    match twice.cmp(&unit).then(beyond) {
        Ordering::Less => below,
        Ordering::Equal if !odd => below,
        Ordering::Equal | Ordering::Greater => below + unit,
    }
}

/// Rounds exactly, as Python does: multiplying by a power of ten would round twice.
fn float(number: f64, digits: i64) -> Result<f64, EvalError> {
    if !number.is_finite() || digits > MAX_PLACES {
        return Ok(number);
    }
    if digits < -MAX_ZEROS {
        return Ok(0.0_f64.copysign(number));
    }
    if let Ok(places) = usize::try_from(digits) {
        return Ok(fixed(number, places, false).parse().unwrap_or(number));
    }
    let whole = number.trunc().to_bigint().unwrap_or_default();
    let beyond = number.fract().partial_cmp(&0.0).unwrap_or(Ordering::Equal);
    let zeros = u32::try_from(digits.unsigned_abs()).unwrap_or(u32::MAX);
    let rounded = of_int(&nearest(&whole, zeros, beyond))
        .ok_or_else(|| EvalError::Calculation("rounded value too large to represent".to_owned()))?;
    Ok(if rounded == 0.0 { rounded.copysign(number) } else { rounded })
}
