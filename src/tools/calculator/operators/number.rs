//! The numeric values, their conversions and exact comparison.

use std::cmp::Ordering;
use std::rc::Rc;

use num_bigint::{BigInt, ToBigInt};

use crate::tools::calculator::error::EvalError;
use crate::tools::calculator::values::{Complex, Value, of_int};

/// A number of one of Python's types, for arithmetic between any two of them.
#[derive(Debug, Clone)]
pub(in crate::tools::calculator) enum Number {
    /// `int` and `bool`.
    Int(Rc<BigInt>),
    Float(f64),
    Complex(Complex),
}

impl Number {
    /// Returns the number of a value; `None` if it is not numeric.
    pub(in crate::tools::calculator) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(number) => Some(Self::Int(Rc::new(BigInt::from(i8::from(*number))))),
            Value::Int(number) => Some(Self::Int(Rc::clone(number))),
            Value::Float(number) => Some(Self::Float(*number)),
            Value::Complex(number) => Some(Self::Complex(*number)),
            Value::None
            | Value::Text(_)
            | Value::Bytes(_)
            | Value::List(_)
            | Value::Tuple(_)
            | Value::Dict
            | Value::Ellipsis
            | Value::Function(_) => None,
        }
    }

    /// Converts to a float, if that is possible.
    pub(in crate::tools::calculator) fn float(&self) -> Result<f64, EvalError> {
        match self {
            Self::Int(number) => of_int(number).ok_or_else(|| {
                EvalError::Calculation("int too large to convert to float".to_owned())
            }),
            Self::Float(number) => Ok(*number),
            Self::Complex(_) => {
                Err(EvalError::Calculation("must be real number, not complex".to_owned()))
            }
        }
    }

    /// Converts to a complex number, if that is possible.
    pub(in crate::tools::calculator) fn complex(&self) -> Result<Complex, EvalError> {
        match self {
            Self::Complex(number) => Ok(*number),
            other => Ok(Complex { real: other.float()?, imaginary: 0.0 }),
        }
    }

    /// Compares two numbers; `None` if one is NaN or complex.
    pub(in crate::tools::calculator) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => Some(a.cmp(b)),
            (Self::Float(a), Self::Float(b)) => a.partial_cmp(b),
            (Self::Int(a), Self::Float(b)) => compare_mixed(a, *b),
            (Self::Float(a), Self::Int(b)) => compare_mixed(b, *a).map(Ordering::reverse),
            (Self::Complex(_), _) | (_, Self::Complex(_)) => None,
        }
    }

    /// Returns whether both are equal, whatever their types.
    pub(in crate::tools::calculator) fn equals(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Complex(a), Self::Complex(b)) => a == b,
            (Self::Complex(a), real) | (real, Self::Complex(a)) => {
                a.imaginary == 0.0 && Self::Float(a.real).equals(real)
            }
            _ => self.compare(other) == Some(Ordering::Equal),
        }
    }
}

/// Compares exactly: converting the integer to a float could make different numbers equal.
fn compare_mixed(whole: &BigInt, number: f64) -> Option<Ordering> {
    if number.is_nan() {
        return None;
    }
    let Some(cut) = number.trunc().to_bigint() else {
        return Some(if number > 0.0 { Ordering::Less } else { Ordering::Greater });
    };
    Some(whole.cmp(&cut).then_with(|| 0.0.partial_cmp(&number.fract()).unwrap_or(Ordering::Equal)))
}

/// Cuts a float to an integer, as `int` does.
pub(in crate::tools::calculator) fn float_to_int(number: f64) -> Result<BigInt, EvalError> {
    if number.is_nan() {
        return Err(EvalError::Invalid("cannot convert float NaN to integer".to_owned()));
    }
    number.to_bigint().ok_or_else(|| {
        EvalError::Calculation("cannot convert float infinity to integer".to_owned())
    })
}
