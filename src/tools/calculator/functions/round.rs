//! Rounding: ties go to the even neighbour.

use std::cmp::Ordering;

use num_bigint::{BigInt, Sign, ToBigInt};

use crate::tools::calculator::budget::{Budget, MOST_BITS};
use crate::tools::calculator::error::EvalError;
use crate::tools::calculator::operators::{Number, modulo};
use crate::tools::calculator::values::{Value, fixed, of_int};

/// More digits than this change no float.
const MOST_PLACES: i64 = 323;
/// No float is as large as half of ten to this power.
const MOST_ZEROS: i64 = 308;

/// To the nearest whole number.
pub(super) fn to_whole(value: &Value) -> Result<Value, EvalError> {
    match Number::of(value) {
        Some(Number::Int(it)) => Ok(Value::Int(it)),
        Some(Number::Float(it)) if it.is_nan() => {
            Err(EvalError::Invalid("cannot convert float NaN to integer".to_owned()))
        }
        Some(Number::Float(it)) => {
            it.round_ties_even().to_bigint().map(Value::int).ok_or_else(|| {
                EvalError::Calculation("cannot convert float infinity to integer".to_owned())
            })
        }
        Some(Number::Complex(_)) | None => Err(no_rounding(value)),
    }
}

/// To so many digits behind the point, or to tens, hundreds and so on.
pub(super) fn to_digits(
    value: &Value,
    digits: &Value,
    budget: &mut Budget,
) -> Result<Value, EvalError> {
    let number = match Number::of(value) {
        Some(Number::Complex(_)) | None => return Err(no_rounding(value)),
        Some(number) => number,
    };
    let Some(Number::Int(digits)) = Number::of(digits) else {
        let kind = digits.kind();
        let why = format!("'{kind}' object cannot be interpreted as an integer");
        return Err(EvalError::Calculation(why));
    };
    let minus = digits.sign() == Sign::Minus;
    let digits = i64::try_from(digits.as_ref()).unwrap_or(if minus { i64::MIN } else { i64::MAX });
    match number {
        Number::Int(it) if digits >= 0 => Ok(Value::Int(it)),
        Number::Int(it) => integer(&it, digits.unsigned_abs(), budget).map(Value::int),
        Number::Float(it) => float(it, digits).map(Value::Float),
        Number::Complex(_) => Err(no_rounding(value)),
    }
}

fn no_rounding(value: &Value) -> EvalError {
    let kind = value.kind();
    EvalError::Calculation(format!("type {kind} doesn't define __round__ method"))
}

fn integer(it: &BigInt, zeros: u64, budget: &mut Budget) -> Result<BigInt, EvalError> {
    // Ten to such a power is more than twice the number.
    if zeros.saturating_mul(3) > it.bits().saturating_add(1) {
        return Ok(BigInt::ZERO);
    }
    if zeros.saturating_mul(4) > MOST_BITS {
        return Err(EvalError::too_large());
    }
    budget.spend_multiplying(zeros.saturating_mul(4), zeros.saturating_mul(4))?;
    budget.spend_dividing(it.bits(), zeros.saturating_mul(3))?;
    Ok(nearest(it, u32::try_from(zeros).unwrap_or(u32::MAX), Ordering::Equal))
}

/// The nearest multiple of ten to the power of `zeros`; `beyond` says on which side of `it` the
/// exact number lies.
fn nearest(it: &BigInt, zeros: u32, beyond: Ordering) -> BigInt {
    let unit = BigInt::from(10).pow(zeros);
    let rest = modulo(it, &unit);
    let below: BigInt = it - &rest;
    let twice: BigInt = &rest * 2;
    let odd = (&below / &unit).magnitude().bit(0);
    match twice.cmp(&unit).then(beyond) {
        Ordering::Less => below,
        Ordering::Equal if !odd => below,
        Ordering::Equal | Ordering::Greater => below + unit,
    }
}

/// Exactly, as Python does it: no multiplication that rounds on the way.
fn float(it: f64, digits: i64) -> Result<f64, EvalError> {
    if !it.is_finite() || digits > MOST_PLACES {
        return Ok(it);
    }
    if digits < -MOST_ZEROS {
        return Ok(0.0_f64.copysign(it));
    }
    if let Ok(places) = usize::try_from(digits) {
        return Ok(fixed(it, places, false).parse().unwrap_or(it));
    }
    let whole = it.trunc().to_bigint().unwrap_or_default();
    let beyond = it.fract().partial_cmp(&0.0).unwrap_or(Ordering::Equal);
    let zeros = u32::try_from(digits.unsigned_abs()).unwrap_or(u32::MAX);
    let rounded = of_int(&nearest(&whole, zeros, beyond))
        .ok_or_else(|| EvalError::Calculation("rounded value too large to represent".to_owned()))?;
    Ok(if rounded == 0.0 { rounded.copysign(it) } else { rounded })
}
