//! Times as people and other programs write them.

use jiff::Timestamp as Instant;

use crate::chat::Timestamp;

/// A time in UTC as in `2025-07-18T05:02:08Z`; whole seconds where the calendar has no such time.
#[must_use]
pub fn format_utc(at: Timestamp) -> String {
    Instant::from_second(at.seconds())
        .map_or_else(|_| at.seconds().to_string(), |instant| instant.to_string())
}

/// A time for people, in UTC, to the minute.
#[must_use]
pub fn format_minute(at: Timestamp) -> String {
    Instant::from_second(at.seconds()).map_or_else(
        |_| at.seconds().to_string(),
        |instant| instant.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    )
}

/// Reads what `utc` wrote.
#[must_use]
pub fn parse_time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let whole = text.parse::<i64>().ok();
    let seconds = whole.or_else(|| text.parse::<Instant>().ok().map(Instant::as_second))?;
    Some(Timestamp::from_seconds(seconds))
}

/// Reads a time in seconds with a fraction, which is left out.
#[must_use]
pub fn from_fractional_seconds(seconds: f64) -> Timestamp {
    // Saturates at the ends of the range, which is as good a time as any for such a record.
    #[allow(clippy::cast_possible_truncation)]
    Timestamp::from_seconds(seconds.floor() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_read_back_whatever_it_is() {
        for seconds in [0, 1_752_814_928, -5, i64::MAX, i64::MIN, 253_402_300_800] {
            let at = Timestamp::from_seconds(seconds);
            assert_eq!(parse_time(&format_utc(at)), Some(at), "{}", format_utc(at));
        }
        assert_eq!(format_utc(Timestamp::from_seconds(1_752_814_928)), "2025-07-18T05:02:08Z");
        assert_eq!(parse_time("yesterday"), None);
    }
}
