//! How long ago something was, in a few characters or in words.

use jiff::tz::TimeZone;

use crate::app::local_time::local;
use crate::chat::{Timestamp, count};

/// A time of the day before is called so only when it is longer ago.
const MINUTES_OF_HALF_DAY: i64 = 12 * 60;

/// How long ago, rounded down.
#[derive(Debug, Clone, Copy)]
struct Elapsed {
    count: i64,
    unit: Unit,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Minute,
    Hour,
    Day,
    Week,
    Month,
    Year,
}

impl Elapsed {
    /// `None` for a time that has not come yet, or that is no time. Days are those of the calendar in a time
    /// zone, as in the headings of the list.
    fn between(at: Timestamp, now: Timestamp, zone: &TimeZone) -> Option<Self> {
        if at.is_in_future(now) || at.is_unknown() {
            return None;
        }
        let minutes = now.seconds_since(at) / 60;
        let [day, today] = [at, now].map(|time| local(time, zone).date());
        let days = today.since(day).map_or(minutes / (60 * 24), |span| i64::from(span.get_days()));
        let (count, unit) = match (minutes, days) {
            (..=59, _) => (minutes, Unit::Minute),
            (..MINUTES_OF_HALF_DAY, _) | (_, 0) => (minutes / 60, Unit::Hour),
            (_, ..=13) => (days, Unit::Day),
            (_, 14..=60) => (days / 7, Unit::Week),
            (_, 61..=364) => (days / 30, Unit::Month),
            _ => (days / 365, Unit::Year),
        };
        Some(Self { count, unit })
    }

    fn short(self) -> String {
        let unit = match self.unit {
            Unit::Minute if self.count == 0 => return "now".to_owned(),
            Unit::Minute => "m",
            Unit::Hour => "h",
            Unit::Day => "d",
            Unit::Week => "w",
            Unit::Month => "mo",
            Unit::Year => "y",
        };
        format!("{}{unit}", self.count)
    }

    fn phrase(self) -> String {
        let unit = match self.unit {
            Unit::Minute if self.count == 0 => return "just now".to_owned(),
            Unit::Day if self.count == 1 => return "yesterday".to_owned(),
            Unit::Minute => "minute",
            Unit::Hour => "hour",
            Unit::Day => "day",
            Unit::Week => "week",
            Unit::Month => "month",
            Unit::Year => "year",
        };
        format!("{} ago", count::phrase(self.count, unit))
    }
}

/// `now`, `5m`, `3h`, `2d`, `6w`, `4mo`, `4y`; empty for a time that has not come yet, or that is no time.
#[must_use]
pub(crate) fn age(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    Elapsed::between(at, now, zone).map_or_else(String::new, Elapsed::short)
}

/// The same in words and in a few characters, for a place that may be narrow: the longer first; nothing
/// where there is no age.
#[must_use]
pub(crate) fn ages(at: Timestamp, now: Timestamp, zone: &TimeZone) -> Vec<String> {
    let elapsed = Elapsed::between(at, now, zone);
    elapsed.map_or_else(Vec::new, |elapsed| vec![elapsed.phrase(), elapsed.short()])
}

/// The same for a column of a list on the command line: `-` where there is none.
#[must_use]
pub(crate) fn age_column(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let age = age(at, now, zone);
    if age.is_empty() { "-".to_owned() } else { age }
}

/// The same in words: `just now`, `5 minutes ago`, `yesterday`, `in the future`.
#[must_use]
pub(crate) fn age_phrase(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    match Elapsed::between(at, now, zone) {
        Some(elapsed) => elapsed.phrase(),
        None if at.is_in_future(now) => "in the future".to_owned(),
        None => "at an unknown time".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_before_1970_has_no_age() {
        let now = Timestamp::from_seconds(1_000_000_000);
        for seconds in [-1, i64::MIN] {
            let at = Timestamp::from_seconds(seconds);
            assert_eq!(age(at, now, &TimeZone::UTC), "");
            assert_eq!(age_phrase(at, now, &TimeZone::UTC), "at an unknown time");
        }
    }

    #[test]
    fn ages_are_short_and_only_a_time_that_clocks_may_differ_by_is_now() {
        let now = Timestamp::from_seconds(1_000_000_000);
        let ago = |seconds: i64| {
            age(Timestamp::from_seconds(now.seconds() - seconds), now, &TimeZone::UTC)
        };
        for (seconds, text) in [
            (0, "now"),
            (59, "now"),
            (60, "1m"),
            (3_599, "59m"),
            (3_600, "1h"),
            (43_199, "11h"),
            (43_200, "1d"),
            (86_400, "1d"),
            (47 * 3_600, "2d"),
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
