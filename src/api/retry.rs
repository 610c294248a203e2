//! When a request that brought nothing is sent again: the official library's policy, without its
//! weakness for billing errors.
//! May not wait: it only says how long.

use std::time::Duration;

use crate::chat::FailureKind;

use crate::api::error_body::ErrorBody;
use crate::api::error_table;

/// The first pause without a hint of the server's.
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest pause without a hint.
const MAX_PAUSE: Duration = Duration::from_secs(8);
/// The longest hint that is followed without asking.
const MAX_RETRY_AFTER: Duration = Duration::from_mins(2);

/// How long to wait before asking again; `None` where asking again is wrong.
///
/// `retries` is how often it was asked again already, `most` how often it may be; `chance` is a
/// random number from 0 to 1 that spreads clients apart.
#[must_use]
pub fn retry_pause(trouble: &ErrorBody, retries: u32, most: u32, chance: f64) -> Option<Duration> {
    if retries >= most || !is_retryable(trouble) {
        return None;
    }
    match trouble.retry_after {
        Some(hint) if hint > MAX_RETRY_AFTER => None,
        Some(hint) if !hint.is_zero() => Some(hint),
        Some(_) | None => Some(backoff(retries, chance)),
    }
}

/// Whether asking again can help.
fn is_retryable(trouble: &ErrorBody) -> bool {
    let kind = error_table::failure_kind(trouble);
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
    let doubled = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(retries.min(16)));
    doubled.min(MAX_PAUSE).mul_f64(1.0 - 0.25 * chance.clamp(0.0, 1.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn trouble(status: u16, body: &str) -> ErrorBody {
        ErrorBody { status: Some(status), ..ErrorBody::from_body(body) }
    }

    #[test]
    fn pauses_double_from_half_a_second_to_eight_and_chance_only_shortens_them() {
        let seconds: Vec<f64> = (0..6).map(|n| backoff(n, 0.0).as_secs_f64()).collect();
        assert_eq!(seconds, [0.5, 1.0, 2.0, 4.0, 8.0, 8.0]);
        assert_eq!(backoff(0, 1.0), Duration::from_millis(375));
    }

    #[test]
    fn only_what_can_get_better_is_asked_again_and_twice_at_most() {
        let asks = |status, body: &str| retry_pause(&trouble(status, body), 0, 2, 0.0).is_some();
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
        assert!(retry_pause(&trouble(500, ""), 1, 2, 0.0).is_some());
        assert!(retry_pause(&trouble(500, ""), 2, 2, 0.0).is_none());
    }

    #[test]
    fn the_server_has_the_last_word_except_on_billing() {
        let told = |status, body: &str, word| {
            let trouble = ErrorBody { should_retry: Some(word), ..trouble(status, body) };
            retry_pause(&trouble, 0, 2, 0.0).is_some()
        };
        assert!(told(400, "", true));
        assert!(!told(500, "", false));
        assert!(!told(429, r#"{"error":{"code":"insufficient_quota"}}"#, true));
    }

    #[test]
    fn a_hint_is_followed_up_to_two_minutes() {
        let hinted = |seconds| {
            let retry_after = Some(Duration::from_secs(seconds));
            retry_pause(&ErrorBody { retry_after, ..trouble(429, "") }, 0, 2, 0.0)
        };
        assert_eq!(hinted(120), Some(Duration::from_mins(2)));
        assert_eq!(hinted(121), None);
        assert_eq!(hinted(0), Some(Duration::from_millis(500)));
    }
}
