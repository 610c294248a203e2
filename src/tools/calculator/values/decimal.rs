//! Numbers with a fraction in decimal, to as many digits as are wanted: `%f`, `%e` and `%g` of C.
//! Must not be given a number that is not finite.

/// No digit of such a number stands further behind the point; beyond are zeros.
const MOST_PLACES: usize = 1100;

/// `%f`: so many digits behind the point, of which the last is rounded to even.
pub(in crate::tools::calculator) fn fixed(it: f64, places: usize, point: bool) -> String {
    let near = places.min(MOST_PLACES);
    let mut text = format!("{it:.near$}");
    if places == 0 && point {
        text.push('.');
    }
    text.extend(std::iter::repeat_n('0', places.saturating_sub(near)));
    text
}

/// `%e`: one digit before the point and so many behind it.
pub(in crate::tools::calculator) fn scientific(it: f64, places: usize, point: bool) -> String {
    let (mut digits, power) = parts(it, places);
    if places == 0 && point {
        digits.push('.');
    }
    digits + &exponent(power)
}

/// `%g`: so many digits in all, the shorter way, zeros at the end left out unless `point` is asked
/// for.
pub(in crate::tools::calculator) fn general(it: f64, digits: usize, point: bool) -> String {
    let digits = digits.max(1);
    let (mantissa, power) = parts(it, digits.saturating_sub(1));
    let most = i64::try_from(digits).unwrap_or(i64::MAX);
    if (-4..most).contains(&i64::from(power)) {
        let places = most.saturating_sub(1).saturating_sub(i64::from(power));
        let text = fixed(it, usize::try_from(places).unwrap_or(0), point);
        return if point { text } else { without_zeros(text) };
    }
    if point {
        return scientific(it, digits.saturating_sub(1), point);
    }
    without_zeros(mantissa) + &exponent(power)
}

/// The digits with a point behind the first, and the power of ten.
fn parts(it: f64, places: usize) -> (String, i32) {
    let near = places.min(MOST_PLACES);
    let text = format!("{it:.near$e}");
    let (digits, power) = text.split_once('e').unwrap_or((&text, "0"));
    let mut digits = digits.to_owned();
    digits.extend(std::iter::repeat_n('0', places.saturating_sub(near)));
    (digits, power.parse().unwrap_or(0))
}

fn exponent(power: i32) -> String {
    let sign = if power < 0 { '-' } else { '+' };
    format!("e{sign}{:02}", power.unsigned_abs())
}

fn without_zeros(text: String) -> String {
    if !text.contains('.') {
        return text;
    }
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
