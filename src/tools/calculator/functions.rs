//! The seven functions, as Python has them.
//! May not be more than the web app's calculator knows.

use std::cmp::Ordering;

use num_bigint::{BigInt, Sign, ToBigInt};

use super::arithmetic::{Number, apply_binary, modulo};
use super::budget::{Budget, MAX_BITS, too_large_error};
use super::error::EvalError;
use super::parse::Operator;
use super::value::CalculatorValue;

/// Every function.
pub(super) const NAMES: [&str; 7] = ["abs", "min", "max", "round", "sum", "pow", "sqrt"];

/// Calls a function of those named above.
pub(super) fn call(
    name: &str,
    arguments: &[CalculatorValue],
    budget: &mut Budget,
) -> Result<CalculatorValue, EvalError> {
    let count = arguments.len();
    match (name, arguments) {
        ("abs", [value]) => absolute(value),
        ("sqrt", [value]) => square_root(value),
        ("min", [CalculatorValue::List(items)]) => extreme(name, items, Ordering::Less),
        ("max", [CalculatorValue::List(items)]) => extreme(name, items, Ordering::Greater),
        ("min", [_, _, ..]) => extreme(name, arguments, Ordering::Less),
        ("max", [_, _, ..]) => extreme(name, arguments, Ordering::Greater),
        ("round", [value] | [value, CalculatorValue::None]) => round(value),
        ("round", [value, digits]) => round_to(value, digits),
        ("sum", [CalculatorValue::List(items)]) => {
            sum(items, CalculatorValue::Int(BigInt::from(0)), budget)
        }
        ("sum", [CalculatorValue::List(items), start]) => sum(items, start.clone(), budget),
        ("pow", [base, exponent] | [base, exponent, CalculatorValue::None]) => {
            apply_binary(Operator::Power, base.clone(), exponent.clone(), budget)
        }
        ("pow", [base, exponent, modulus]) => modular_power(base, exponent, modulus, budget),
        (_, [value]) => {
            Err(EvalError::Calculation(format!("'{}' object is not iterable", value.type_name())))
        }
        _ => Err(EvalError::Calculation(format!("{name}() does not take {count} arguments"))),
    }
}

fn expect_number(value: &CalculatorValue, name: &str) -> Result<Number, EvalError> {
    Number::of(value).ok_or_else(|| {
        let kind = value.type_name();
        EvalError::Calculation(format!("bad operand type for {name}(): '{kind}'"))
    })
}

fn absolute(value: &CalculatorValue) -> Result<CalculatorValue, EvalError> {
    Ok(match expect_number(value, "abs")? {
        Number::Int(it) => {
            CalculatorValue::Int(BigInt::from_biguint(Sign::Plus, it.into_parts().1))
        }
        Number::Float(it) => CalculatorValue::Float(it.abs()),
    })
}

fn square_root(value: &CalculatorValue) -> Result<CalculatorValue, EvalError> {
    let Some(number) = Number::of(value) else {
        let kind = value.type_name();
        return Err(EvalError::Calculation(format!("must be real number, not {kind}")));
    };
    let it = number.to_float()?;
    if it < 0.0 {
        return Err(EvalError::Invalid("math domain error".to_owned()));
    }
    Ok(CalculatorValue::Float(it.sqrt()))
}

/// The first of the smallest or largest.
fn extreme(
    name: &str,
    items: &[CalculatorValue],
    wanted: Ordering,
) -> Result<CalculatorValue, EvalError> {
    let mut rest = items.iter();
    let Some(mut best) = rest.next() else {
        return Err(EvalError::Invalid(format!("{name}() iterable argument is empty")));
    };
    for item in rest {
        let order = match (item, best) {
            (CalculatorValue::Text(a), CalculatorValue::Text(b)) => Some(a.cmp(b)),
            (a, b) => {
                let (Some(a), Some(b)) = (Number::of(a), Number::of(b)) else {
                    return Err(incomparable(wanted, a, b));
                };
                a.compare(&b)
            }
        };
        if order == Some(wanted) {
            best = item;
        }
    }
    Ok(best.clone())
}

fn incomparable(wanted: Ordering, a: &CalculatorValue, b: &CalculatorValue) -> EvalError {
    let sign = if wanted == Ordering::Less { '<' } else { '>' };
    EvalError::Calculation(format!(
        "'{sign}' not supported between instances of '{}' and '{}'",
        a.type_name(),
        b.type_name()
    ))
}

fn round(value: &CalculatorValue) -> Result<CalculatorValue, EvalError> {
    Ok(match expect_number(value, "round")? {
        Number::Int(it) => CalculatorValue::Int(it),
        Number::Float(it) => {
            let why = if it.is_nan() { "NaN" } else { "infinity" };
            let whole = it.round_ties_even().to_bigint();
            CalculatorValue::Int(whole.ok_or_else(|| {
                EvalError::Calculation(format!("cannot convert float {why} to integer"))
            })?)
        }
    })
}

fn round_to(
    value: &CalculatorValue,
    digits: &CalculatorValue,
) -> Result<CalculatorValue, EvalError> {
    let Some(Number::Int(digits)) = Number::of(digits) else {
        let kind = digits.type_name();
        return Err(EvalError::Calculation(format!(
            "'{kind}' object cannot be interpreted as an integer"
        )));
    };
    let digits = i32::try_from(&digits).unwrap_or(if digits.sign() == Sign::Minus {
        i32::MIN
    } else {
        i32::MAX
    });
    match expect_number(value, "round")? {
        Number::Int(it) => Ok(CalculatorValue::Int(round_integer(it, digits)?)),
        Number::Float(it) => Ok(CalculatorValue::Float(round_float(it, digits))),
    }
}

/// To tens, hundreds and so on; ties go to the even one.
fn round_integer(it: BigInt, digits: i32) -> Result<BigInt, EvalError> {
    if digits >= 0 {
        return Ok(it);
    }
    let zeros = digits.unsigned_abs();
    if u64::from(zeros).saturating_mul(4) > MAX_BITS {
        return Err(too_large_error());
    }
    let unit = BigInt::from(10).pow(zeros);
    let rest = modulo(&it, &unit);
    let below: BigInt = &it - &rest;
    let twice: BigInt = &rest * 2;
    let odd = (&below / &unit).magnitude().bit(0);
    Ok(match twice.cmp(&unit) {
        Ordering::Less => below,
        Ordering::Equal if !odd => below,
        Ordering::Equal | Ordering::Greater => below + unit,
    })
}

/// Through the decimal text, which is exact, as Python does it.
fn round_float(it: f64, digits: i32) -> f64 {
    if !it.is_finite() || digits > 323 {
        return it;
    }
    if digits < -308 {
        return 0.0_f64.copysign(it);
    }
    if let Ok(places) = usize::try_from(digits) {
        return format!("{it:.places$}").parse().unwrap_or(it);
    }
    let unit = 10_f64.powi(digits.saturating_neg());
    (it / unit).round_ties_even() * unit
}

fn sum(
    items: &[CalculatorValue],
    start: CalculatorValue,
    budget: &mut Budget,
) -> Result<CalculatorValue, EvalError> {
    if matches!(start, CalculatorValue::Text(_)) {
        return Err(EvalError::Calculation("sum() can't sum strings".to_owned()));
    }
    items
        .iter()
        .try_fold(start, |total, item| apply_binary(Operator::Add, total, item.clone(), budget))
}

fn modular_power(
    base: &CalculatorValue,
    exponent: &CalculatorValue,
    modulus: &CalculatorValue,
    budget: &mut Budget,
) -> Result<CalculatorValue, EvalError> {
    let (Some(Number::Int(base)), Some(Number::Int(exponent)), Some(Number::Int(modulus))) =
        (Number::of(base), Number::of(exponent), Number::of(modulus))
    else {
        return Err(EvalError::Calculation(
            "pow() 3rd argument not allowed unless all arguments are integers".to_owned(),
        ));
    };
    if modulus.sign() == Sign::NoSign {
        return Err(EvalError::Invalid("pow() 3rd argument cannot be 0".to_owned()));
    }
    if exponent.sign() == Sign::Minus {
        return Err(EvalError::Invalid("base is not invertible for the given modulus".to_owned()));
    }
    let words = modulus.bits().div_ceil(64).saturating_add(1);
    budget.spend(exponent.bits().saturating_mul(words).saturating_mul(words).saturating_mul(4))?;
    budget.spend_on(base.bits(), modulus.bits())?;
    Ok(CalculatorValue::Int(base.modpow(&exponent, &modulus)))
}
