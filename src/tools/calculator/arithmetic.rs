//! The six operators, as Python has them.
//! May not work on anything the budget does not allow for.

use std::cmp::Ordering;

use num_bigint::{BigInt, Sign, ToBigInt};

use super::budget::{Budget, MAX_BITS, MAX_ITEMS, too_large_error};
use super::error::EvalError;
use super::float;
use super::parse::Operator;
use super::value::{CalculatorValue, complex_error};

/// A number.
#[derive(Debug, Clone)]
pub(super) enum Number {
    /// Whole.
    Int(BigInt),
    /// With a fraction.
    Float(f64),
}

impl Number {
    /// The number a value is; `None` where it is none.
    pub(super) fn of(value: &CalculatorValue) -> Option<Self> {
        match value {
            CalculatorValue::Bool(it) => Some(Self::Int(BigInt::from(i8::from(*it)))),
            CalculatorValue::Int(it) => Some(Self::Int(it.clone())),
            CalculatorValue::Float(it) => Some(Self::Float(*it)),
            CalculatorValue::None | CalculatorValue::Text(_) | CalculatorValue::List(_) => None,
        }
    }

    /// As a number with a fraction.
    pub(super) fn to_float(&self) -> Result<f64, EvalError> {
        match self {
            Self::Int(it) => float::from_int(it).ok_or_else(|| {
                EvalError::Calculation("int too large to convert to float".to_owned())
            }),
            Self::Float(it) => Ok(*it),
        }
    }

    /// Which is the larger; `None` where one is not a number.
    pub(super) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => Some(a.cmp(b)),
            (Self::Float(a), Self::Float(b)) => a.partial_cmp(b),
            (Self::Int(a), Self::Float(b)) => compare_int_with_float(a, *b),
            (Self::Float(a), Self::Int(b)) => compare_int_with_float(b, *a).map(Ordering::reverse),
        }
    }
}

/// Exact, where a conversion would lose what tells the two apart.
fn compare_int_with_float(whole: &BigInt, it: f64) -> Option<Ordering> {
    if it.is_nan() {
        return None;
    }
    let Some(cut) = it.trunc().to_bigint() else {
        return Some(if it > 0.0 { Ordering::Less } else { Ordering::Greater });
    };
    Some(whole.cmp(&cut).then_with(|| 0.0.partial_cmp(&it.fract()).unwrap_or(Ordering::Equal)))
}

/// Does an operator.
pub(super) fn apply_binary(
    operator: Operator,
    left: CalculatorValue,
    right: CalculatorValue,
    budget: &mut Budget,
) -> Result<CalculatorValue, EvalError> {
    match (Number::of(&left), Number::of(&right)) {
        (Some(a), Some(b)) => apply_to_numbers(operator, &a, &b, budget),
        (a, b) => match operator {
            Operator::Add => concatenate(left, right, budget),
            Operator::Multiply => match (a, b) {
                (None, Some(Number::Int(times))) => repeat(left, &times, budget),
                (Some(Number::Int(times)), None) => repeat(right, &times, budget),
                _ => Err(type_mismatch(operator, &left, &right)),
            },
            Operator::Subtract | Operator::Divide | Operator::Modulo | Operator::Power => {
                Err(type_mismatch(operator, &left, &right))
            }
        },
    }
}

fn apply_to_numbers(
    operator: Operator,
    left: &Number,
    right: &Number,
    budget: &mut Budget,
) -> Result<CalculatorValue, EvalError> {
    if let (Number::Int(a), Number::Int(b)) = (left, right) {
        return apply_to_integers(operator, a, b, budget);
    }
    let (a, b) = (left.to_float()?, right.to_float()?);
    budget.spend(1)?;
    Ok(CalculatorValue::Float(match operator {
        Operator::Add => a + b,
        Operator::Subtract => a - b,
        Operator::Multiply => a * b,
        Operator::Divide | Operator::Modulo if b == 0.0 => return Err(EvalError::DivisionByZero),
        Operator::Divide => a / b,
        Operator::Modulo => floor_modulo(a, b),
        Operator::Power => power(a, b)?,
    }))
}

/// The rest has the sign of the divisor.
fn floor_modulo(a: f64, b: f64) -> f64 {
    let rest = a % b;
    if rest == 0.0 {
        return 0.0_f64.copysign(b);
    }
    if (rest < 0.0) == (b < 0.0) { rest } else { rest + b }
}

fn power(a: f64, b: f64) -> Result<f64, EvalError> {
    if a == 0.0 && b < 0.0 {
        return Err(EvalError::DivisionByZero);
    }
    if a < 0.0 && a.is_finite() && b.is_finite() && b.fract() != 0.0 {
        return Err(complex_error());
    }
    let result = a.powf(b);
    if result.is_infinite() && a.is_finite() && b.is_finite() {
        return Err(EvalError::Calculation("(34, 'Numerical result out of range')".to_owned()));
    }
    Ok(result)
}

fn apply_to_integers(
    operator: Operator,
    a: &BigInt,
    b: &BigInt,
    budget: &mut Budget,
) -> Result<CalculatorValue, EvalError> {
    budget.spend_on(a.bits(), b.bits())?;
    let zero = b.sign() == Sign::NoSign;
    let result = match operator {
        Operator::Add => a + b,
        Operator::Subtract => a - b,
        Operator::Multiply if a.bits().saturating_add(b.bits()) > MAX_BITS => {
            return Err(too_large_error());
        }
        Operator::Multiply => a * b,
        Operator::Divide | Operator::Modulo if zero => return Err(EvalError::DivisionByZero),
        Operator::Divide => {
            let quotient = float::ratio(a, b).ok_or_else(|| {
                EvalError::Calculation("integer division result too large for a float".to_owned())
            })?;
            return Ok(CalculatorValue::Float(quotient));
        }
        Operator::Modulo => modulo(a, b),
        Operator::Power if b.sign() == Sign::Minus => {
            let (a, b) = (Number::Int(a.clone()).to_float()?, Number::Int(b.clone()).to_float()?);
            return power(a, b).map(CalculatorValue::Float);
        }
        Operator::Power => integer_power(a, b, budget)?,
    };
    Ok(CalculatorValue::Int(result))
}

/// The rest has the sign of the divisor, which is not zero.
pub(super) fn modulo(a: &BigInt, b: &BigInt) -> BigInt {
    let rest = a % b;
    let fits = rest.sign() == Sign::NoSign || rest.sign() == b.sign();
    if fits { rest } else { rest + b }
}

/// A whole power that is not negative.
fn integer_power(a: &BigInt, b: &BigInt, budget: &mut Budget) -> Result<BigInt, EvalError> {
    // 0, 1 and -1 stay short whatever the exponent.
    if a.bits() <= 1 {
        let odd = b.magnitude().bit(0);
        let none = b.sign() == Sign::NoSign;
        return Ok(match a.sign() {
            _ if none => BigInt::from(1),
            Sign::Minus if !odd => BigInt::from(1),
            Sign::Minus | Sign::NoSign | Sign::Plus => a.clone(),
        });
    }
    let exponent = u32::try_from(b).map_err(|_| too_large_error())?;
    let bits = a.bits().saturating_mul(u64::from(exponent));
    if bits > MAX_BITS {
        return Err(too_large_error());
    }
    budget.spend_on(bits, bits)?;
    Ok(a.pow(exponent))
}

fn concatenate(
    left: CalculatorValue,
    right: CalculatorValue,
    budget: &mut Budget,
) -> Result<CalculatorValue, EvalError> {
    match (left, right) {
        (CalculatorValue::Text(a), CalculatorValue::Text(b)) => {
            check_length(a.len().saturating_add(b.len()), budget)?;
            Ok(CalculatorValue::Text(a + &b))
        }
        (CalculatorValue::List(mut a), CalculatorValue::List(b)) => {
            check_length(a.len().saturating_add(b.len()), budget)?;
            a.extend(b);
            Ok(CalculatorValue::List(a))
        }
        (left, right) => Err(type_mismatch(Operator::Add, &left, &right)),
    }
}

fn repeat(
    value: CalculatorValue,
    times: &BigInt,
    budget: &mut Budget,
) -> Result<CalculatorValue, EvalError> {
    let times = match times.sign() {
        Sign::Minus | Sign::NoSign => 0,
        Sign::Plus => usize::try_from(times).unwrap_or(usize::MAX),
    };
    match value {
        CalculatorValue::Text(text) => {
            check_length(text.len().saturating_mul(times), budget)?;
            Ok(CalculatorValue::Text(text.repeat(times)))
        }
        CalculatorValue::List(items) => {
            let all = items.iter().map(total_size).fold(0, usize::saturating_add);
            check_length(all.saturating_mul(times), budget)?;
            let mut repeated = Vec::new();
            for _ in 0..times {
                repeated.extend(items.iter().cloned());
            }
            Ok(CalculatorValue::List(repeated))
        }
        other => Err(EvalError::Calculation(format!("'{}' cannot be repeated", other.type_name()))),
    }
}

/// How much a value is, what is in it counted.
fn total_size(value: &CalculatorValue) -> usize {
    match value {
        CalculatorValue::Text(text) => text.len().max(1),
        CalculatorValue::List(items) => items.iter().map(total_size).fold(1, usize::saturating_add),
        CalculatorValue::Int(it) => {
            usize::try_from(it.bits() / 64).unwrap_or(usize::MAX).saturating_add(1)
        }
        CalculatorValue::None | CalculatorValue::Bool(_) | CalculatorValue::Float(_) => 1,
    }
}

fn check_length(length: usize, budget: &mut Budget) -> Result<(), EvalError> {
    if length > MAX_ITEMS {
        return Err(EvalError::Calculation("the result is too long".to_owned()));
    }
    budget.spend(u64::try_from(length).unwrap_or(u64::MAX))
}

fn type_mismatch(operator: Operator, left: &CalculatorValue, right: &CalculatorValue) -> EvalError {
    let sign = match operator {
        Operator::Add => "+",
        Operator::Subtract => "-",
        Operator::Multiply => "*",
        Operator::Divide => "/",
        Operator::Modulo => "%",
        Operator::Power => "** or pow()",
    };
    EvalError::Calculation(format!(
        "unsupported operand type(s) for {sign}: '{}' and '{}'",
        left.type_name(),
        right.type_name()
    ))
}
