//! Reads the system's clock and time zone.

use std::fs;
use std::time::{SystemTime, UNIX_EPOCH};

use jiff::tz::TimeZone;

use crate::chat::{PeriodStarts, Timestamp};

/// Returns the time now, in whole seconds.
#[must_use]
pub fn now() -> Timestamp {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_secs());
    Timestamp::from_seconds(i64::try_from(seconds).unwrap_or(i64::MAX))
}

/// Returns when the day and the month of a time began, in the system's time zone.
pub(crate) fn periods(now: Timestamp) -> PeriodStarts {
    let starts = || {
        let zoned = jiff::Timestamp::from_second(now.seconds()).ok()?.to_zoned(local_time_zone());
        let day = zoned.start_of_day().ok()?;
        let month = zoned.first_of_month().ok()?.start_of_day().ok()?;
        Some((day.timestamp().as_second(), month.timestamp().as_second()))
    };
    let (day, month) = starts().unwrap_or((now.seconds(), now.seconds()));
    PeriodStarts { day: Timestamp::from_seconds(day), month: Timestamp::from_seconds(month) }
}

/// The system's time zone. Its name does not matter here: to find it the library lists every file of the
/// time zone database, which takes longer than everything else before the first frame.
pub(crate) fn local_time_zone() -> TimeZone {
    let is_default = std::env::var_os("TZ").is_none();
    let rules = fs::read("/etc/localtime").ok().filter(|_| is_default);
    let zone = rules.and_then(|rules| TimeZone::tzif("Local", &rules).ok());
    zone.unwrap_or_else(TimeZone::system)
}

/// The date now in UTC, such as `2026-11-29`.
#[must_use]
pub fn today() -> String {
    let now = jiff::Timestamp::from_second(now().seconds()).unwrap_or_default();
    now.to_zoned(TimeZone::UTC).date().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_local_time_is_that_of_the_system() {
        for at in [0, 1_720_000_000, 1_735_000_000] {
            let at = jiff::Timestamp::from_second(at).unwrap();
            assert_eq!(local_time_zone().to_offset(at), TimeZone::system().to_offset(at));
        }
    }
}
