//! How long ago something was, in a few characters or in words.

use jiff::tz::TimeZone;

use crate::app::local_time::local;
use crate::chat::{Timestamp, count};

/// `now`, `5m`, `3h`, `2d`, `6w`, `4mo`, `4y`; empty for a time that has not come yet, or that is no time.
#[must_use]
pub(crate) fn age(at: Timestamp, now: Timestamp) -> String {
    if at.is_in_future(now) || at.is_unknown() {
        return String::new();
    }
    let minutes = now.seconds_since(at) / 60;
    let (hours, days) = (minutes / 60, minutes / (60 * 24));
    match (minutes, hours, days) {
        (0, ..) => "now".to_owned(),
        (_, 0, _) => format!("{minutes}m"),
        (_, _, 0) => format!("{hours}h"),
        (_, _, 1..=13) => format!("{days}d"),
        (_, _, 14..=60) => format!("{}w", days / 7),
        (_, _, 61..=364) => format!("{}mo", days / 30),
        _ => format!("{}y", days / 365),
    }
}

/// A time of the day before is called so only when it is longer ago.
const MINUTES_OF_HALF_DAY: i64 = 12 * 60;

/// The same for a column of a list on the command line: `-` where there is none.
#[must_use]
pub(crate) fn age_column(at: Timestamp, now: Timestamp) -> String {
    let age = age(at, now);
    if age.is_empty() { "-".to_owned() } else { age }
}

/// The same in words: `just now`, `5 minutes ago`, `yesterday`, `in the future`. Days are those of the
/// calendar in a time zone, as in the headings of the list.
#[must_use]
pub(crate) fn age_phrase(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    if at.is_in_future(now) {
        return "in the future".to_owned();
    }
    if at.is_unknown() {
        return "at an unknown time".to_owned();
    }
    let minutes = now.seconds_since(at) / 60;
    let [day, today] = [at, now].map(|time| local(time, zone).date());
    let days = today.since(day).map_or(minutes / (60 * 24), |span| i64::from(span.get_days()));
    let (count, unit) = match (minutes, days) {
        (..=0, _) => return "just now".to_owned(),
        (1..=59, _) => (minutes, "minute"),
        (..MINUTES_OF_HALF_DAY, _) | (_, 0) => (minutes / 60, "hour"),
        (_, 1) => return "yesterday".to_owned(),
        (_, 2..=13) => (days, "day"),
        (_, 14..=60) => (days / 7, "week"),
        (_, 61..=364) => (days / 30, "month"),
        _ => (days / 365, "year"),
    };
    format!("{} ago", count::phrase(count, unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_before_1970_has_no_age() {
        let now = Timestamp::from_seconds(1_000_000_000);
        for seconds in [-1, i64::MIN] {
            let at = Timestamp::from_seconds(seconds);
            assert_eq!(age(at, now), "");
            assert_eq!(age_phrase(at, now, &TimeZone::UTC), "at an unknown time");
        }
    }

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
            (61 * 86_400, "2mo"),
            (364 * 86_400, "12mo"),
            (365 * 86_400, "1y"),
            (-5, "now"),
            (-3_600, "now"),
            (-3_601, ""),
        ] {
            assert_eq!(ago(seconds), text);
        }
    }

    #[test]
    fn ages_in_words_have_the_right_plural_and_days_are_those_of_the_calendar() {
        // 2001-09-09 01:46:40 UTC.
        let now = Timestamp::from_seconds(1_000_000_000);
        let ago = |seconds: i64| {
            age_phrase(Timestamp::from_seconds(now.seconds() - seconds), now, &TimeZone::UTC)
        };
        for (seconds, text) in [
            (5, "just now"),
            (60, "1 minute ago"),
            (7_200, "2 hours ago"),
            (13 * 3_600, "yesterday"),
            (25 * 3_600, "yesterday"),
            (47 * 3_600, "2 days ago"),
            (15 * 86_400, "2 weeks ago"),
            (133 * 86_400, "4 months ago"),
            (400 * 86_400, "1 year ago"),
            (-4_000, "in the future"),
        ] {
            assert_eq!(ago(seconds), text);
        }
    }
}
