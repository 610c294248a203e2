//! Reads the system's clock and time zone.

use std::time::{SystemTime, UNIX_EPOCH};

use jiff::tz::TimeZone;

use crate::chat::{PeriodStarts, Timestamp};

/// Returns the time now, in whole seconds.
#[must_use]
pub fn now() -> Timestamp {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_secs());
    Timestamp::from_seconds(i64::try_from(seconds).unwrap_or(i64::MAX))
}

/// Returns how far the local time is ahead of UTC, in seconds.
#[must_use]
pub(crate) fn utc_offset(now: Timestamp) -> i32 {
    let at = jiff::Timestamp::from_second(now.seconds()).unwrap_or_default();
    TimeZone::system().to_offset(at).seconds()
}

/// Returns when the day and the month of a time began, in the system's time zone.
pub(crate) fn periods(now: Timestamp) -> PeriodStarts {
    let starts = || {
        let zoned = jiff::Timestamp::from_second(now.seconds()).ok()?.to_zoned(TimeZone::system());
        let day = zoned.start_of_day().ok()?;
        let month = zoned.first_of_month().ok()?.start_of_day().ok()?;
        Some((day.timestamp().as_second(), month.timestamp().as_second()))
    };
    let (day, month) = starts().unwrap_or((now.seconds(), now.seconds()));
    PeriodStarts { day: Timestamp::from_seconds(day), month: Timestamp::from_seconds(month) }
}

/// The date now in UTC, such as `2026-11-29`.
#[must_use]
pub fn today() -> String {
    let now = jiff::Timestamp::from_second(now().seconds()).unwrap_or_default();
    now.to_zoned(TimeZone::UTC).date().to_string()
}
