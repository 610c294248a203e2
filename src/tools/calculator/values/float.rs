//! Floats: their conversion from whole numbers and quotients. How Python writes them is in `chat`.

use num_bigint::{BigInt, Sign};

use crate::chat::python_float::not_finite;

/// The word the web app stores for what is no finite number.
pub(in crate::tools::calculator) fn word(it: f64) -> Option<&'static str> {
    if it.is_finite() { None } else { Some(not_finite(it)) }
}

/// The nearest number with a fraction, ties to even; `None` where it is too large.
pub(in crate::tools::calculator) fn of_int(it: &BigInt) -> Option<f64> {
    ratio(it, &BigInt::from(1))
}

/// The quotient of two whole numbers, rounded once; `None` where it is too large. The divisor is
/// not zero.
pub(in crate::tools::calculator) fn ratio(dividend: &BigInt, divisor: &BigInt) -> Option<f64> {
    let negative = (dividend.sign() == Sign::Minus) != (divisor.sign() == Sign::Minus);
    let (above, below) = (dividend.magnitude(), divisor.magnitude());
    let length = |bits: u64| i64::try_from(bits).unwrap_or(i64::MAX);
    // The quotient gets 55 or 56 bits, fewer where its last ones are too small for a float.
    let shift = length(below.bits()).saturating_sub(length(above.bits())).saturating_add(55);
    let shift = shift.min(MOST_SHIFT);
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
const MOST_SHIFT: i64 = 1076;

/// `top` divided by two to the power of `shift`, rounded once. At least two bits are rounded away.
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

/// `it` times two to the power of `exponent`; nothing is lost on the way.
fn scale(it: f64, exponent: i64) -> f64 {
    let mut left = exponent.clamp(-3000, 3000);
    let mut it = it;
    while left != 0 {
        let step = left.clamp(-900, 900);
        it *= 2_f64.powi(i32::try_from(step).unwrap_or(0));
        left = left.saturating_sub(step);
    }
    it
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_numbers_become_the_nearest_float() {
        for it in [0_i64, 1, -1, 3, 1 << 53, (1 << 53) + 1, (1 << 53) + 3, i64::MAX, i64::MIN] {
            #[allow(clippy::cast_precision_loss)]
            let expected = it as f64;
            assert_eq!(of_int(&BigInt::from(it)), Some(expected), "{it}");
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
