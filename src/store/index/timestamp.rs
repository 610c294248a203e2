//! Parses times in every form the web app ever wrote or accepts, cut to whole seconds.

use crate::chat::Timestamp;

use crate::store::json::decode_string;

/// The time of a raw JSON value.
pub(crate) fn parse_time(raw: &str) -> Option<Timestamp> {
    let number = match raw {
        "true" => return Some(Timestamp::from_seconds(1)),
        "false" => return Some(Timestamp::from_seconds(0)),
        quoted if quoted.starts_with('"') => decode_string(quoted).trim().replace('_', ""),
        other => other.to_owned(),
    };
    if let Ok(whole) = number.parse::<i64>() {
        return Some(Timestamp::from_seconds(whole));
    }
    let float: f64 = number.parse().ok().filter(|float: &f64| float.is_finite())?;
    // Saturates at the ends of the range.
    #[allow(clippy::cast_possible_truncation)]
    Some(Timestamp::from_seconds(float.floor() as i64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_in_every_form_the_web_app_takes() {
        for (raw, seconds) in
            [("17", 17), ("17.0", 17), ("1.7e1", 17), ("true", 1), ("\" 1_7 \"", 17)]
        {
            assert_eq!(parse_time(raw), Some(Timestamp::from_seconds(seconds)));
        }
        assert_eq!(parse_time("null"), None);
        assert_eq!(parse_time("1e999"), None);
    }
}
