//! Times as the user's clock and calendar have them.

use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use crate::chat::Timestamp;

/// The date and time of day in a time zone.
#[must_use]
pub(crate) fn local(at: Timestamp, zone: &TimeZone) -> DateTime {
    zone.to_datetime(jiff::Timestamp::from_second(at.seconds()).unwrap_or_default())
}

/// The time of day, with the date where it is another day: `09:14`, `3 Jun 09:14`, `3 Jun 2024`.
#[must_use]
pub(crate) fn time_text(at: Timestamp, now: Timestamp, zone: &TimeZone) -> String {
    let (at, now) = (local(at, zone), local(now, zone));
    let month = MONTHS.get(usize::from(at.month().unsigned_abs()).saturating_sub(1));
    let month = month.and_then(|name| name.get(..3)).unwrap_or_default();
    if at.date() == now.date() {
        format!("{:02}:{:02}", at.hour(), at.minute())
    } else if at.year() == now.year() {
        format!("{} {month} {:02}:{:02}", at.day(), at.hour(), at.minute())
    } else {
        format!("{} {month} {}", at.day(), at.year())
    }
}

/// The months by name.
pub(crate) const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_says_no_more_than_is_needed() {
        // 2026-11-29 12:00 UTC.
        let now = Timestamp::from_seconds(1_795_953_600);
        let text = |seconds: i64, offset: i32| {
            let zone = TimeZone::fixed(jiff::tz::Offset::from_seconds(offset).unwrap());
            time_text(Timestamp::from_seconds(now.seconds() - seconds), now, &zone)
        };
        assert_eq!(text(60, 0), "11:59");
        assert_eq!(text(60, 3600), "12:59");
        assert_eq!(text(24 * 3600, 0), "28 Nov 12:00");
        assert_eq!(text(13 * 3600, 0), "28 Nov 23:00");
        assert_eq!(text(400 * 24 * 3600, 0), "25 Oct 2025");
    }

    #[test]
    fn a_time_of_summer_has_the_hour_of_summer() {
        // Noon in UTC on 2026-06-15, seen in winter.
        let (at, now) = (1_781_524_800, 1_795_953_600);
        let [at, now] = [at, now].map(Timestamp::from_seconds);
        let zone = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        assert_eq!(time_text(at, now, &zone), "15 Jun 14:00");
    }
}
