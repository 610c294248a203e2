//! Floats: their conversion from integers and quotients. How Python writes them is in `chat`.

use num_bigint::{BigInt, Sign};

use crate::chat::python_float::not_finite;

/// Returns the word that the web app stores for infinity and NaN.
pub(in crate::tools::calculator) fn word(number: f64) -> Option<&'static str> {
    if number.is_finite() { None } else { Some(not_finite(number)) }
}

/// Converts an integer to the nearest float, ties to even; `None` if it is too large.
pub(in crate::tools::calculator) fn of_int(number: &BigInt) -> Option<f64> {
    ratio(number, &BigInt::from(1))
}

/// Divides two integers and rounds once; `None` if the result is too large. The divisor must not be
/// zero.
pub(in crate::tools::calculator) fn ratio(dividend: &BigInt, divisor: &BigInt) -> Option<f64> {
    let negative = (dividend.sign() == Sign::Minus) != (divisor.sign() == Sign::Minus);
    let (above, below) = (dividend.magnitude(), divisor.magnitude());
    let length = |bits: u64| i64::try_from(bits).unwrap_or(i64::MAX);
    // The quotient has 55 or 56 bits, fewer if the last ones are below the smallest float.
    let shift = length(below.bits()).saturating_sub(length(above.bits())).saturating_add(55);
    let shift = shift.min(MAX_SHIFT);
    let by = shift.unsigned_abs();
    let (above, below) =
        if shift >= 0 { (above << by, below.clone()) } else { (above.clone(), below << by) };
    let quotient = &above / &below;
    let inexact = &quotient * &below != above;
    let top = quotient.iter_u64_digits().next().unwrap_or(0);
    let rounded = round_to_float(top, inexact, shift);
    rounded.is_finite().then_some(if negative { -rounded } else { rounded })
}

/// Two bits below the smallest float.
const MAX_SHIFT: i64 = 1076;

/// Returns `top / 2^shift`, rounded once. At least two bits are rounded away.
fn round_to_float(top: u64, inexact: bool, shift: i64) -> f64 {
    let length = i64::from(u64::BITS.saturating_sub(top.leading_zeros()));
    let drop = length.saturating_sub(53).max(shift.saturating_sub(1074)).max(0);
    let drop_bits = u32::try_from(drop).unwrap_or(0);
    let kept = top.checked_shr(drop_bits).unwrap_or(0);
    let lost = top.wrapping_sub(kept.checked_shl(drop_bits).unwrap_or(0));
    let half = 1_u64.checked_shl(drop_bits).unwrap_or(0) / 2;
    let up = drop > 0 && (lost > half || (lost == half && (inexact || kept % 2 == 1)));
    #[allow(clippy::cast_precision_loss)]
    let whole = kept.saturating_add(u64::from(up)) as f64;
    scale(whole, drop.saturating_sub(shift))
}

/// Multiplies by two to the power of `exponent`, in exact steps.
fn scale(number: f64, exponent: i64) -> f64 {
    let mut left = exponent.clamp(-3000, 3000);
    let mut number = number;
    while left != 0 {
        let step = left.clamp(-900, 900);
        number *= 2_f64.powi(i32::try_from(step).unwrap_or(0));
        left = left.saturating_sub(step);
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_become_the_nearest_float() {
        for number in [0_i64, 1, -1, 3, 1 << 53, (1 << 53) + 1, (1 << 53) + 3, i64::MAX, i64::MIN] {
            #[allow(clippy::cast_precision_loss)]
            let expected = number as f64;
            assert_eq!(of_int(&BigInt::from(number)), Some(expected), "{number}");
        }
        assert_eq!(of_int(&(BigInt::from(1) << 1023_u32)), Some(2_f64.powi(1023)));
        assert_eq!(of_int(&(BigInt::from(1) << 1024_u32)), None);
    }

    #[test]
    fn quotients_are_rounded_once() {
        let ratio = |a: i64, b: i64| super::ratio(&BigInt::from(a), &BigInt::from(b)).unwrap();
        assert!((ratio(1, 3) - 1.0 / 3.0).abs() < f64::EPSILON / 4.0);
        assert_eq!(ratio(-7, 2).to_bits(), (-3.5_f64).to_bits());
        let tenth = super::ratio(&BigInt::from(10).pow(30), &BigInt::from(10).pow(31)).unwrap();
        assert_eq!(tenth.to_bits(), 0.1_f64.to_bits());
    }
}
