//! When a request that brought nothing is sent again: the official library's policy, without its
//! weakness for billing errors.
//! May not wait: it only says how long.

use std::time::Duration;

use jiff::fmt::rfc2822::DateTimeParser;

use crate::chat::{FailureKind, Timestamp};

use super::errors;
use super::trouble::Trouble;

/// The first pause without a hint of the server's.
const FIRST: Duration = Duration::from_millis(500);
/// The longest pause without a hint.
const LONGEST: Duration = Duration::from_secs(8);
/// The longest hint that is followed without asking.
const PATIENCE: Duration = Duration::from_mins(2);

/// How long to wait before asking again; `None` where asking again is wrong.
///
/// `retries` is how often it was asked again already, `most` how often it may be; `chance` is a
/// random number from 0 to 1 that spreads clients apart.
#[must_use]
pub fn pause(trouble: &Trouble, retries: u32, most: u32, chance: f64) -> Option<Duration> {
    if retries >= most || !is_worth_it(trouble) {
        return None;
    }
    match trouble.retry_after {
        Some(hint) if hint > PATIENCE => None,
        Some(hint) if !hint.is_zero() => Some(hint),
        Some(_) | None => Some(backoff(retries, chance)),
    }
}

/// Whether asking again can help.
fn is_worth_it(trouble: &Trouble) -> bool {
    let kind = errors::kind(trouble);
    // Never these, whatever a header says: each try is refused, and may be counted.
    if matches!(kind, FailureKind::Billing | FailureKind::TooLarge) {
        return false;
    }
    if let Some(said) = trouble.should_retry {
        return said;
    }
    match trouble.status {
        Some(501) => false,
        Some(408 | 409 | 429) => true,
        Some(status) if status >= 500 => true,
        Some(_) => false,
        None => matches!(kind, FailureKind::RateLimited | FailureKind::Server),
    }
}

/// `min(0.5 s · 2ⁿ, 8 s)`, up to a quarter shorter by chance.
#[must_use]
pub fn backoff(retries: u32, chance: f64) -> Duration {
    let doubled = FIRST.saturating_mul(2_u32.saturating_pow(retries.min(16)));
    doubled.min(LONGEST).mul_f64(1.0 - 0.25 * chance.clamp(0.0, 1.0))
}

/// How long a server asked to wait: `retry-after-ms`, then `retry-after` in seconds or as a date,
/// then the words "try again in" of its message. `LiteLLM`'s renamed headers count.
#[must_use]
pub fn hint<'a>(
    header: impl Fn(&str) -> Option<&'a str>,
    message: &str,
    now: Timestamp,
) -> Option<Duration> {
    let either = |name: &str| header(name).or_else(|| header(&format!("llm_provider-{name}")));
    let milliseconds = either("retry-after-ms")
        .and_then(|text| text.trim().parse::<f64>().ok())
        .and_then(|it| duration(it / 1000.0));
    let after = || either("retry-after").and_then(|text| after(text.trim(), now));
    milliseconds.or_else(after).or_else(|| in_message(message))
}

fn after(text: &str, now: Timestamp) -> Option<Duration> {
    if let Ok(seconds) = text.parse::<f64>() {
        return duration(seconds);
    }
    let date = DateTimeParser::new().parse_timestamp(text).ok()?;
    let seconds = date.as_second().saturating_sub(now.seconds());
    u64::try_from(seconds).ok().map(Duration::from_secs)
}

fn duration(seconds: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(seconds).ok()
}

/// "try again in 1.574s", "… in 20 seconds", "… in 6m0s", "… in 88ms".
#[must_use]
pub fn in_message(message: &str) -> Option<Duration> {
    let lower = message.to_lowercase();
    let at = lower.find("try again in")?;
    let mut rest = lower.get(at.checked_add("try again in".len())?..)?.trim_start();
    let mut total = None;
    loop {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(rest.len());
        let (number, behind) = rest.split_at_checked(digits)?;
        let Ok(number) = number.trim_end_matches('.').parse::<f64>() else {
            return total;
        };
        let behind = behind.trim_start();
        let letters = behind.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(behind.len());
        let (unit, next) = behind.split_at_checked(letters)?;
        let factor = match unit {
            "ms" | "millisecond" | "milliseconds" => 0.001,
            "s" | "sec" | "second" | "seconds" => 1.0,
            "m" | "min" | "minute" | "minutes" => 60.0,
            "h" | "hour" | "hours" => 3600.0,
            _ => return total,
        };
        let part = duration(number * factor)?;
        total = Some(total.map_or(part, |it: Duration| it.saturating_add(part)));
        rest = next;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trouble(status: u16, body: &str) -> Trouble {
        Trouble { status: Some(status), ..Trouble::from_body(body) }
    }

    #[test]
    fn pauses_double_from_half_a_second_to_eight_and_chance_only_shortens_them() {
        let seconds: Vec<f64> = (0..6).map(|n| backoff(n, 0.0).as_secs_f64()).collect();
        assert_eq!(seconds, [0.5, 1.0, 2.0, 4.0, 8.0, 8.0]);
        assert_eq!(backoff(0, 1.0), Duration::from_millis(375));
    }

    #[test]
    fn only_what_can_get_better_is_asked_again_and_twice_at_most() {
        let asks = |status, body: &str| pause(&trouble(status, body), 0, 2, 0.0).is_some();
        for status in [408, 409, 429, 500, 502, 503, 504, 529] {
            assert!(asks(status, ""), "{status}");
        }
        for status in [200, 302, 400, 401, 402, 403, 404, 413, 422, 501] {
            assert!(!asks(status, ""), "{status}");
        }
        assert!(!asks(429, r#"{"error":{"code":"insufficient_quota"}}"#));
        assert!(!asks(
            429,
            r#"{"error":{"code":"rate_limit_exceeded","message":"Request too large"}}"#
        ));
        assert!(pause(&trouble(500, ""), 1, 2, 0.0).is_some());
        assert!(pause(&trouble(500, ""), 2, 2, 0.0).is_none());
    }

    #[test]
    fn the_server_has_the_last_word_except_on_billing() {
        let told = |status, body: &str, word| {
            let trouble = Trouble { should_retry: Some(word), ..trouble(status, body) };
            pause(&trouble, 0, 2, 0.0).is_some()
        };
        assert!(told(400, "", true));
        assert!(!told(500, "", false));
        assert!(!told(429, r#"{"error":{"code":"insufficient_quota"}}"#, true));
    }

    #[test]
    fn a_hint_is_followed_up_to_two_minutes() {
        let hinted = |seconds| {
            let retry_after = Some(Duration::from_secs(seconds));
            pause(&Trouble { retry_after, ..trouble(429, "") }, 0, 2, 0.0)
        };
        assert_eq!(hinted(120), Some(Duration::from_mins(2)));
        assert_eq!(hinted(121), None);
        assert_eq!(hinted(0), Some(Duration::from_millis(500)));
    }

    #[test]
    fn hints_are_read_in_the_official_order() {
        let now = Timestamp::from_seconds(784_111_777);
        let read = |headers: &[(&str, &'static str)], message: &str| {
            let find = |name: &str| headers.iter().find(|it| it.0 == name).map(|it| it.1);
            hint(find, message, now)
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
    fn the_words_of_a_rate_limit_are_understood() {
        let read =
            |words: &str| in_message(&format!("Limit. Please try again in {words}. Visit x"));
        assert_eq!(read("1.574s"), Some(Duration::from_millis(1574)));
        assert_eq!(read("88ms"), Some(Duration::from_millis(88)));
        assert_eq!(read("6m0s"), Some(Duration::from_mins(6)));
        assert_eq!(read("20 seconds"), Some(Duration::from_secs(20)));
        assert_eq!(read("a while"), None);
    }
}
