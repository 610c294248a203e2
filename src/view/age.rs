//! How long ago something was, in two or three characters.

use crate::chat::Timestamp;

/// `now`, `5m`, `3h`, `2d`, `6w`, `4y`; `?` for a time that has not come yet.
#[must_use]
pub(crate) fn age(at: Timestamp, now: Timestamp) -> String {
    if at.is_in_future(now) {
        return "?".to_owned();
    }
    let minutes = now.seconds_since(at) / 60;
    let (hours, days) = (minutes / 60, minutes / (60 * 24));
    match (minutes, hours, days) {
        (0, ..) => "now".to_owned(),
        (_, 0, _) => format!("{minutes}m"),
        (_, _, 0) => format!("{hours}h"),
        (_, _, 1..=13) => format!("{days}d"),
        (_, _, 14..=364) => format!("{}w", days / 7),
        _ => format!("{}y", days / 365),
    }
}

/// The same within a sentence: `just now`, `5m ago`, `in the future`.
#[must_use]
pub(crate) fn age_phrase(at: Timestamp, now: Timestamp) -> String {
    match age(at, now).as_str() {
        "?" => "in the future".to_owned(),
        "now" => "just now".to_owned(),
        age => format!("{age} ago"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_are_short_and_only_a_time_that_clocks_may_differ_by_is_now() {
        let now = Timestamp::from_seconds(1_000_000_000);
        let ago = |seconds: i64| age(Timestamp::from_seconds(now.seconds() - seconds), now);
        for (seconds, text) in [
            (0, "now"),
            (59, "now"),
            (60, "1m"),
            (3_599, "59m"),
            (3_600, "1h"),
            (86_399, "23h"),
            (86_400, "1d"),
            (13 * 86_400, "13d"),
            (14 * 86_400, "2w"),
            (365 * 86_400, "1y"),
            (-5, "now"),
            (-3_600, "now"),
            (-3_601, "?"),
        ] {
            assert_eq!(ago(seconds), text);
        }
    }
}
