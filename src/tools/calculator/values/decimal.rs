//! Formats finite floats with a precision: `%f`, `%e` and `%g` of C.

/// All further digits after the point are zeros in any float.
const MAX_PLACES: usize = 1100;

/// `%f`: a number of digits after the point, rounded half to even.
pub(in crate::tools::calculator) fn fixed(number: f64, places: usize, point: bool) -> String {
    let near = places.min(MAX_PLACES);
    let mut text = format!("{number:.near$}");
    if places == 0 && point {
        text.push('.');
    }
    text.extend(std::iter::repeat_n('0', places.saturating_sub(near)));
    text
}

/// `%e`: one digit before the point and a number of digits after it.
pub(in crate::tools::calculator) fn scientific(number: f64, places: usize, point: bool) -> String {
    let (mut digits, power) = parts(number, places);
    if places == 0 && point {
        digits.push('.');
    }
    digits + &exponent(power)
}

/// `%g`: a number of digits in all, in the shorter form, without trailing zeros unless `point` is set.
pub(in crate::tools::calculator) fn general(number: f64, digits: usize, point: bool) -> String {
    let digits = digits.max(1);
    let (mantissa, power) = parts(number, digits.saturating_sub(1));
    let most = i64::try_from(digits).unwrap_or(i64::MAX);
    if (-4..most).contains(&i64::from(power)) {
        let places = most.saturating_sub(1).saturating_sub(i64::from(power));
        let text = fixed(number, usize::try_from(places).unwrap_or(0), point);
        return if point { text } else { without_zeros(text) };
    }
    if point {
        return scientific(number, digits.saturating_sub(1), point);
    }
    without_zeros(mantissa) + &exponent(power)
}

/// Returns the digits with a point after the first, and the power of ten.
fn parts(number: f64, places: usize) -> (String, i32) {
    let near = places.min(MAX_PLACES);
    let text = format!("{number:.near$e}");
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
