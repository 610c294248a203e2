//! Numbers as Python writes them, which is how they stand in the files of the web app.

/// The most digits of a whole number that Python reads or writes (`sys.int_info.default_max_str_digits`,
/// Python 3.13, measured in 2026).
pub const MAX_INTEGER_DIGITS: usize = 4300;

/// What JSON of Python has for a number that is not finite.
#[must_use]
pub const fn not_finite(it: f64) -> &'static str {
    if it.is_nan() {
        "NaN"
    } else if it > 0.0 {
        "Infinity"
    } else {
        "-Infinity"
    }
}

/// The shortest text that reads back as the same number, laid out by Python's rules.
#[must_use]
pub fn repr(it: f64) -> String {
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
    let exact = format!("{it:e}");
    let digits = exact.chars().take_while(|it| *it != 'e').filter(char::is_ascii_digit).count();
    let places = digits.saturating_sub(1);
    let even = format!("{it:.places$e}");
    if even.parse() == Ok(it) { even } else { exact }
}

/// The number as JSON of Python has it.
#[must_use]
pub fn json_number(it: f64) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

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
