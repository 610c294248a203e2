//! The numbers among the values.
//! Must not lose a digit of a whole number where it is compared.

use std::cmp::Ordering;
use std::rc::Rc;

use num_bigint::{BigInt, ToBigInt};

use crate::tools::calculator::error::EvalError;
use crate::tools::calculator::values::{Complex, Value, of_int};

/// A number.
#[derive(Debug, Clone)]
pub(in crate::tools::calculator) enum Number {
    /// Whole; True and False too.
    Int(Rc<BigInt>),
    /// With a fraction.
    Float(f64),
    /// Complex.
    Complex(Complex),
}

impl Number {
    /// The number a value is; `None` where it is none.
    pub(in crate::tools::calculator) fn of(value: &Value) -> Option<Self> {
        match value {
            Value::Bool(it) => Some(Self::Int(Rc::new(BigInt::from(i8::from(*it))))),
            Value::Int(it) => Some(Self::Int(Rc::clone(it))),
            Value::Float(it) => Some(Self::Float(*it)),
            Value::Complex(it) => Some(Self::Complex(*it)),
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

    /// As a number with a fraction.
    pub(in crate::tools::calculator) fn float(&self) -> Result<f64, EvalError> {
        match self {
            Self::Int(it) => of_int(it).ok_or_else(|| {
                EvalError::Calculation("int too large to convert to float".to_owned())
            }),
            Self::Float(it) => Ok(*it),
            Self::Complex(_) => {
                Err(EvalError::Calculation("must be real number, not complex".to_owned()))
            }
        }
    }

    /// As a complex number.
    pub(in crate::tools::calculator) fn complex(&self) -> Result<Complex, EvalError> {
        match self {
            Self::Complex(it) => Ok(*it),
            other => Ok(Complex { real: other.float()?, imaginary: 0.0 }),
        }
    }

    /// Which is the larger; `None` where one is not a number, or complex.
    pub(in crate::tools::calculator) fn compare(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Int(a), Self::Int(b)) => Some(a.cmp(b)),
            (Self::Float(a), Self::Float(b)) => a.partial_cmp(b),
            (Self::Int(a), Self::Float(b)) => compare_mixed(a, *b),
            (Self::Float(a), Self::Int(b)) => compare_mixed(b, *a).map(Ordering::reverse),
            (Self::Complex(_), _) | (_, Self::Complex(_)) => None,
        }
    }

    /// Whether both are the same number.
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

/// Exact, where a conversion would lose what tells the two apart.
fn compare_mixed(whole: &BigInt, it: f64) -> Option<Ordering> {
    if it.is_nan() {
        return None;
    }
    let Some(cut) = it.trunc().to_bigint() else {
        return Some(if it > 0.0 { Ordering::Less } else { Ordering::Greater });
    };
    Some(whole.cmp(&cut).then_with(|| 0.0.partial_cmp(&it.fract()).unwrap_or(Ordering::Equal)))
}
