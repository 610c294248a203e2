//! How long a server asks to wait before the next request, in headers or in its message.

use std::time::Duration;

use jiff::fmt::rfc2822::DateTimeParser;

use crate::chat::Timestamp;

/// Reads `retry-after-ms`, then `retry-after` in seconds or as a date (the order of `openai` 3.54.0,
/// 2026-11-23), then "try again in" of the message. `LiteLLM`'s renamed headers count too.
#[must_use]
pub fn retry_after<'a>(
    header: impl Fn(&str) -> Option<&'a str>,
    message: &str,
    now: Timestamp,
) -> Option<Duration> {
    let either = |name: &str| header(name).or_else(|| header(&format!("llm_provider-{name}")));
    let milliseconds = either("retry-after-ms")
        .and_then(|text| text.trim().parse::<f64>().ok())
        .and_then(|it| duration_from_seconds(it / 1000.0));
    let after = || either("retry-after").and_then(|text| parse_retry_after(text.trim(), now));
    milliseconds.or_else(after).or_else(|| retry_after_in_message(message))
}

fn parse_retry_after(text: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = text.parse::<f64>() {
        return duration_from_seconds(seconds);
    }
    let date = DateTimeParser::new().parse_timestamp(text).ok()?;
    let seconds = date.as_second().saturating_sub(now.seconds());
    u64::try_from(seconds).ok().map(Duration::from_secs)
}

fn duration_from_seconds(seconds: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(seconds).ok()
}

/// Reads "try again in 1.574s", "… in 20 seconds", "… in 6m0s", "… in 88ms".
#[must_use]
pub fn retry_after_in_message(message: &str) -> Option<Duration> {
    let lower = message.to_lowercase();
    let at = lower.find("try again in")?;
    let mut rest = lower.get(at.checked_add("try again in".len())?..)?.trim_start();
    let mut total = None;
    loop {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, after) = rest.split_at_checked(digits)?;
        let Ok(number) = number.trim_end_matches('.').parse::<f64>() else {
            return total;
        };
        let after = after.trim_start();
        let letters = after.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(after.len());
        let (unit, next) = after.split_at_checked(letters)?;
        let factor = match unit {
            "ms" | "millisecond" | "milliseconds" => 0.001,
            "s" | "sec" | "second" | "seconds" => 1.0,
            "m" | "min" | "minute" | "minutes" => 60.0,
            "h" | "hour" | "hours" => 3600.0,
            _ => return total,
        };
        let part = duration_from_seconds(number * factor)?;
        total = Some(total.map_or(part, |it: Duration| it.saturating_add(part)));
        rest = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_read_in_the_official_order() {
        let now = Timestamp::from_seconds(784_111_777);
        let read = |headers: &[(&str, &'static str)], message: &str| {
            let find = |name: &str| headers.iter().find(|it| it.0 == name).map(|it| it.1);
            retry_after(find, message, now)
        };
        let both = [("retry-after-ms", "250.5"), ("retry-after", "9")];
        assert_eq!(read(&both, ""), Some(Duration::from_micros(250_500)));
        assert_eq!(read(&[("retry-after", "1.5")], ""), Some(Duration::from_millis(1500)));
        let date = [("retry-after", "Sun, 06 Nov 1994 08:49:47 GMT")];
        assert_eq!(read(&date, ""), Some(Duration::from_secs(10)));
        let past = [("retry-after", "Sun, 06 Nov 1994 08:49:27 GMT")];
        assert_eq!(read(&past, ""), None);
        let renamed = [("llm_provider-retry-after", "3")];
        assert_eq!(read(&renamed, ""), Some(Duration::from_secs(3)));
        assert_eq!(read(&[("retry-after", "soon")], ""), None);
        assert_eq!(read(&[("retry-after", "-1")], ""), None);
        assert_eq!(read(&[("retry-after", "inf")], ""), None);
    }

    #[test]
    fn the_time_in_a_rate_limit_message_is_read() {
        let read = |words: &str| {
            retry_after_in_message(&format!("Limit. Please try again in {words}. Visit x"))
        };
        assert_eq!(read("1.574s"), Some(Duration::from_millis(1574)));
        assert_eq!(read("88ms"), Some(Duration::from_millis(88)));
        assert_eq!(read("6m0s"), Some(Duration::from_mins(6)));
        assert_eq!(read("20 seconds"), Some(Duration::from_secs(20)));
        assert_eq!(read("a while"), None);
    }
}
