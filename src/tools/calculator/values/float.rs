//! Floats: how Python writes them, and their conversion from whole numbers and quotients.

use num_bigint::{BigInt, Sign};

/// The word the web app stores for what is no finite number.
pub(in crate::tools::calculator) const fn word(it: f64) -> Option<&'static str> {
    if it.is_finite() { None } else { Some(not_finite(it)) }
}

/// What JSON of Python has for a number that is not finite.
const fn not_finite(it: f64) -> &'static str {
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
        return not_finite(it).to_lowercase().replace("infinity", "inf");
    }
    let scientific = shortest(it);
    let (mantissa, power) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    let power: i32 = power.parse().unwrap_or(0);
    if (-4..16).contains(&power) {
        return plain(mantissa, power);
    }
    let sign = if power < 0 { '-' } else { '+' };
    format!("{mantissa}e{sign}{:02}", power.unsigned_abs())
}

/// Of the shortest texts that read back as the same number the nearest to it; where two are as
/// near, the one with the even last digit, which Rust does not promise.
fn shortest(it: f64) -> String {
    let found = format!("{it:e}");
    let digits = found.chars().take_while(|it| *it != 'e').filter(char::is_ascii_digit).count();
    let places = digits.saturating_sub(1);
    let even = format!("{it:.places$e}");
    if even.parse() == Ok(it) { even } else { found }
}

/// The number as JSON of Python has it.
pub(in crate::tools::calculator) fn json_number(it: f64) -> String {
    if it.is_finite() { repr(it) } else { not_finite(it).to_owned() }
}

/// Digits without an exponent.
fn plain(mantissa: &str, power: i32) -> String {
    let (sign, digits) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits = digits.replace('.', "");
    let Ok(power) = usize::try_from(power) else {
        let zeros = usize::try_from(power.unsigned_abs()).unwrap_or(1).saturating_sub(1);
        return format!("{sign}0.{}{digits}", "0".repeat(zeros));
    };
    let whole = power.saturating_add(1);
    match digits.split_at_checked(whole) {
        Some((whole, "")) => format!("{sign}{whole}.0"),
        Some((whole, fraction)) => format!("{sign}{whole}.{fraction}"),
        None => format!("{sign}{digits}{}.0", "0".repeat(whole.saturating_sub(digits.len()))),
    }
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
