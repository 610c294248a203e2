//! Numbers with a fraction: how Python writes them, and how long whole numbers become one.
//! May not calculate.

use num_bigint::{BigInt, Sign};

/// The word the web app stores for what is no finite number.
pub(super) const fn non_finite_name(it: f64) -> &'static str {
    if it.is_nan() {
        "NaN"
    } else if it > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    }
}

/// The shortest text that reads back as the same number, laid out by Python's rules.
pub(super) fn repr(it: f64) -> String {
    if !it.is_finite() {
        return non_finite_name(it).to_lowercase().replace("infinity", "inf");
    }
    let scientific = format!("{it:e}");
    let (mantissa, power) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let power: i32 = power.parse().unwrap_or(0);
    if (-4..16).contains(&power) {
        let plain = format!("{it}");
        return if plain.contains('.') { plain } else { format!("{plain}.0") };
    }
    let sign = if power < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", power.unsigned_abs())
}

/// The nearest number with a fraction, ties to even; `None` where it is too large.
pub(super) fn from_int(it: &BigInt) -> Option<f64> {
    ratio(it, &BigInt::from(1))
}

/// The quotient of two whole numbers, rounded once; `None` where it is too large. The divisor is
/// not zero.
pub(super) fn ratio(dividend: &BigInt, divisor: &BigInt) -> Option<f64> {
    let negative = (dividend.sign() == Sign::Minus) != (divisor.sign() == Sign::Minus);
    let (above, below) = (dividend.magnitude(), divisor.magnitude());
    // So many bits more above than below that the quotient has 64 or 65 of them.
    let length = |bits: u64| i64::try_from(bits).unwrap_or(i64::MAX);
    let shift = 65_i64.saturating_sub(length(above.bits())).saturating_add(length(below.bits()));
    let by = shift.unsigned_abs();
    let (above, below) =
        if shift >= 0 { (above << by, below.clone()) } else { (above.clone(), below << by) };
    let mut quotient = &above / &below;
    let inexact = &quotient * &below != above;
    let mut exponent = shift.saturating_neg();
    let mut lost = inexact;
    while quotient.bits() > 64 {
        lost |= quotient.bit(0);
        quotient >>= 1_u32;
        exponent = exponent.saturating_add(1);
    }
    let top = quotient.iter_u64_digits().next().unwrap_or(0);
    // The last bit stands for everything lost below: enough to round right.
    #[allow(clippy::cast_precision_loss)]
    let rounded = (top | u64::from(lost)) as f64;
    let scaled = scale(rounded, exponent);
    scaled.is_finite().then_some(if negative { -scaled } else { scaled })
}

/// `it` times two to the power of `exponent`, in steps that neither overflow nor vanish early.
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
            assert_eq!(from_int(&BigInt::from(it)), Some(expected), "{it}");
        }
        assert_eq!(from_int(&(BigInt::from(1) << 1023_u32)), Some(2_f64.powi(1023)));
        assert_eq!(from_int(&(BigInt::from(1) << 1024_u32)), None);
    }

    #[test]
    fn quotients_are_rounded_once() {
        let ratio = |a: i64, b: i64| super::ratio(&BigInt::from(a), &BigInt::from(b)).unwrap();
        assert!((ratio(1, 3) - 1.0 / 3.0).abs() < f64::EPSILON / 4.0);
        assert_eq!(ratio(-7, 2).to_bits(), (-3.5_f64).to_bits());
        let tenth = super::ratio(&BigInt::from(10).pow(30), &BigInt::from(10).pow(31)).unwrap();
        assert_eq!(tenth.to_bits(), 0.1_f64.to_bits());
    }

    #[test]
    fn python_writes_floats_so() {
        for (it, expected) in [
            (1e15, "1000000000000000.0"),
            (1e16, "1e+16"),
            (1.5e-5, "1.5e-05"),
            (0.0001, "0.0001"),
            (-0.0, "-0.0"),
            (1e100, "1e+100"),
            (123_456.789, "123456.789"),
        ] {
            assert_eq!(repr(it), expected);
        }
    }
}
