//! The operators of complex numbers, in `CPython`'s order of steps, which decides the last digit.

use crate::tools::calculator::error::EvalError;
use crate::tools::calculator::syntax::Operator;
use crate::tools::calculator::values::Complex;

/// Up to this exponent, `CPython` computes an integer power by multiplication
/// (`complex_pow` in `Objects/complexobject.c` of 3.13).
const MAX_INTEGER_EXPONENT: f64 = 100.0;

const ONE: Complex = Complex { real: 1.0, imaginary: 0.0 };

/// Applies an operator to two complex numbers.
pub(super) fn binary(a: Complex, operator: Operator, b: Complex) -> Result<Complex, EvalError> {
    Ok(match operator {
        Operator::Add => Complex { real: a.real + b.real, imaginary: a.imaginary + b.imaginary },
        Operator::Subtract => {
            Complex { real: a.real - b.real, imaginary: a.imaginary - b.imaginary }
        }
        Operator::Multiply => product(a, b),
        Operator::Divide => quotient(a, b)?,
        Operator::Power => power(a, b)?,
        Operator::Modulo => return Err(EvalError::unsafe_operation("Mod")),
        Operator::Forbidden(what) => return Err(EvalError::unsafe_operation(what)),
    })
}

fn product(a: Complex, b: Complex) -> Complex {
    Complex {
        real: a.real * b.real - a.imaginary * b.imaginary,
        imaginary: a.real * b.imaginary + a.imaginary * b.real,
    }
}

/// Divides by Smith's algorithm, which does not overflow early.
fn quotient(a: Complex, b: Complex) -> Result<Complex, EvalError> {
    let (real, imaginary) = (b.real.abs(), b.imaginary.abs());
    if real >= imaginary {
        if real == 0.0 {
            return Err(EvalError::DivisionByZero);
        }
        let ratio = b.imaginary / b.real;
        let divisor = b.real + b.imaginary * ratio;
        return Ok(Complex {
            real: (a.real + a.imaginary * ratio) / divisor,
            imaginary: (a.imaginary - a.real * ratio) / divisor,
        });
    }
    if imaginary >= real {
        let ratio = b.real / b.imaginary;
        let divisor = b.real * ratio + b.imaginary;
        return Ok(Complex {
            real: (a.real * ratio + a.imaginary) / divisor,
            imaginary: (a.imaginary * ratio - a.real) / divisor,
        });
    }
    Ok(Complex { real: f64::NAN, imaginary: f64::NAN })
}

fn power(a: Complex, b: Complex) -> Result<Complex, EvalError> {
    let whole = b.imaginary == 0.0 && b.real.fract() == 0.0 && b.real.abs() <= MAX_INTEGER_EXPONENT;
    let result = if whole { integer_power(a, b.real)? } else { polar_power(a, b)? };
    if result.real.is_infinite() || result.imaginary.is_infinite() {
        return Err(EvalError::Calculation("complex exponentiation".to_owned()));
    }
    Ok(result)
}

/// Computes a power by squaring.
fn integer_power(a: Complex, exponent: f64) -> Result<Complex, EvalError> {
    // At most one hundred.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let mut left = exponent.abs() as u32;
    let (mut result, mut square) = (ONE, a);
    while left > 0 {
        if left % 2 == 1 {
            result = product(result, square);
        }
        left /= 2;
        square = product(square, square);
    }
    if exponent > 0.0 { Ok(result) } else { quotient(ONE, result) }
}

/// Computes a power in polar form.
fn polar_power(a: Complex, b: Complex) -> Result<Complex, EvalError> {
    if b.real == 0.0 && b.imaginary == 0.0 {
        return Ok(ONE);
    }
    if a.real == 0.0 && a.imaginary == 0.0 {
        if b.imaginary != 0.0 || b.real < 0.0 {
            return Err(EvalError::DivisionByZero);
        }
        return Ok(Complex { real: 0.0, imaginary: 0.0 });
    }
    let distance = a.real.hypot(a.imaginary);
    let mut length = distance.powf(b.real);
    let angle = a.imaginary.atan2(a.real);
    let mut phase = angle * b.real;
    if b.imaginary != 0.0 {
        length *= (-angle * b.imaginary).exp();
        phase += b.imaginary * distance.ln();
    }
    if phase.is_infinite() {
        // Python reports the invalid cosine of infinity as a division by zero.
        return Err(EvalError::DivisionByZero);
    }
    Ok(Complex { real: length * phase.cos(), imaginary: length * phase.sin() })
}
