//! Formats and parses times for exports.

use jiff::Timestamp as Instant;

use crate::chat::Timestamp;

/// Formats a time as `2025-07-18T05:02:08Z`; one outside the calendar's range as seconds.
#[must_use]
pub fn format_utc(at: Timestamp) -> String {
    Instant::from_second(at.seconds())
        .map_or_else(|_| at.seconds().to_string(), |instant| instant.to_string())
}

/// Formats a time as `2025-07-18 05:02 UTC`; one outside the calendar's range as seconds.
#[must_use]
pub fn format_minute(at: Timestamp) -> String {
    Instant::from_second(at.seconds()).map_or_else(
        |_| at.seconds().to_string(),
        |instant| instant.strftime("%Y-%m-%d %H:%M UTC").to_string(),
    )
}

/// Parses what `format_utc` wrote, and any other RFC 3339 time.
#[must_use]
pub fn parse_time(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    let whole = text.parse::<i64>().ok();
    let seconds = whole.or_else(|| text.parse::<Instant>().ok().map(Instant::as_second))?;
    Some(Timestamp::from_seconds(seconds))
}

/// Converts seconds with a fraction, which is dropped.
#[must_use]
pub fn from_fractional_seconds(seconds: f64) -> Timestamp {
    // The cast saturates at the ends of the range.
    #[allow(clippy::cast_possible_truncation)]
    Timestamp::from_seconds(seconds.floor() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_time_is_read_back() {
        for seconds in [0, 1_752_814_928, -5, i64::MAX, i64::MIN, 253_402_300_800] {
            let at = Timestamp::from_seconds(seconds);
            assert_eq!(parse_time(&format_utc(at)), Some(at), "{}", format_utc(at));
        }
        assert_eq!(format_utc(Timestamp::from_seconds(1_752_814_928)), "2025-07-18T05:02:08Z");
        assert_eq!(parse_time("yesterday"), None);
    }
}
