//! Decides whether and when a failed request is repeated: the official library's policy, except that
//! billing errors are never retried. Read in `openai` 3.54.0, `_base_client.py`, on 2026-11-23.

use std::time::Duration;

use crate::chat::FailureKind;

use crate::api::errors::error_body::ErrorBody;
use crate::api::errors::error_table;

/// The first pause without `retry-after` (`INITIAL_RETRY_DELAY` of `openai` 3.54.0,
/// `_constants.py`, read 2026-11-23).
const FIRST_PAUSE: Duration = Duration::from_millis(500);
/// The longest pause without `retry-after` (`MAX_RETRY_DELAY` of `openai` 3.54.0).
const MAX_PAUSE: Duration = Duration::from_secs(8);
/// The longest `retry-after` that is obeyed without asking the user; duologue's own limit.
const MAX_RETRY_AFTER: Duration = Duration::from_mins(2);

/// The pause before the next attempt; `None` where the request must not be repeated.
///
/// `retries` is the number of repetitions so far, `max_retries` their limit; `jitter` is a random
/// number from 0 to 1.
#[must_use]
pub fn retry_pause(
    error: &ErrorBody,
    retries: u32,
    max_retries: u32,
    jitter: f64,
) -> Option<Duration> {
    if retries >= max_retries || !is_retryable(error) {
        return None;
    }
    match error.retry_after {
        Some(hint) if hint > MAX_RETRY_AFTER => None,
        Some(hint) if !hint.is_zero() => Some(hint),
        Some(_) | None => Some(backoff(retries, jitter)),
    }
}

/// Tells whether repeating the request can help.
fn is_retryable(error: &ErrorBody) -> bool {
    let kind = error_table::failure_kind(error);
    // Not even where a header asks for it: every attempt is rejected and may be counted.
    if matches!(kind, FailureKind::Billing | FailureKind::TooLarge) {
        return false;
    }
    if let Some(should_retry) = error.should_retry {
        return should_retry;
    }
    if is_definite(kind) {
        return false;
    }
    match error.status {
        Some(501) => false,
        Some(408 | 409 | 429) => true,
        Some(status) if status >= 500 => true,
        Some(_) => false,
        None => matches!(kind, FailureKind::RateLimited | FailureKind::Server),
    }
}

/// Tells whether the same request has the same error again, whatever the status: some gateways report every
/// error with HTTP 500.
const fn is_definite(kind: FailureKind) -> bool {
    match kind {
        FailureKind::ApiKey
        | FailureKind::Permission
        | FailureKind::ModelUnavailable
        | FailureKind::InvalidRequest
        | FailureKind::ContextTooLong
        | FailureKind::PreviousResponseNotFound
        | FailureKind::TooLarge
        | FailureKind::Billing
        | FailureKind::Filtered => true,
        FailureKind::RateLimited
        | FailureKind::Server
        | FailureKind::Gateway
        | FailureKind::Network
        | FailureKind::Timeout
        | FailureKind::Interrupted
        | FailureKind::Storage
        | FailureKind::Other => false,
    }
}

/// The pause `min(0.5 s · 2ⁿ, 8 s)`, shortened by up to a quarter at random, as in the official library.
#[must_use]
pub fn backoff(retries: u32, jitter: f64) -> Duration {
    let doubled = FIRST_PAUSE.saturating_mul(2_u32.saturating_pow(retries.min(16)));
    doubled.min(MAX_PAUSE).mul_f64(1.0 - 0.25 * jitter.clamp(0.0, 1.0))
}

/// A random number from 0 to 1, for jitter.
#[must_use]
pub fn random_fraction() -> f64 {
    let [a, b, ..] = uuid::Uuid::new_v4().into_bytes();
    f64::from(u16::from_be_bytes([a, b])) / f64::from(u16::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(status: u16, body: &str) -> ErrorBody {
        ErrorBody { status: Some(status), ..ErrorBody::from_body(body) }
    }

    #[test]
    fn pauses_double_from_half_a_second_to_eight_and_jitter_shortens_them() {
        let seconds: Vec<f64> = (0..6).map(|n| backoff(n, 0.0).as_secs_f64()).collect();
        assert_eq!(seconds, [0.5, 1.0, 2.0, 4.0, 8.0, 8.0]);
        assert_eq!(backoff(0, 1.0), Duration::from_millis(375));
    }

    #[test]
    fn only_retryable_errors_are_retried_and_at_most_twice() {
        let retries = |status, body: &str| retry_pause(&error(status, body), 0, 2, 0.0).is_some();
        for status in [408, 409, 429, 500, 502, 503, 504, 529] {
            assert!(retries(status, ""), "{status}");
        }
        for status in [200, 302, 400, 401, 402, 403, 404, 413, 422, 501] {
            assert!(!retries(status, ""), "{status}");
        }
        assert!(!retries(429, r#"{"error":{"code":"insufficient_quota"}}"#));
        assert!(!retries(
            429,
            r#"{"error":{"code":"rate_limit_exceeded","message":"Request too large"}}"#
        ));
        assert!(retry_pause(&error(500, ""), 1, 2, 0.0).is_some());
        assert!(retry_pause(&error(500, ""), 2, 2, 0.0).is_none());
    }

    #[test]
    fn should_retry_decides_except_for_billing_errors() {
        let retries = |status, body: &str, should_retry| {
            let error = ErrorBody { should_retry: Some(should_retry), ..error(status, body) };
            retry_pause(&error, 0, 2, 0.0).is_some()
        };
        assert!(retries(400, "", true));
        assert!(!retries(500, "", false));
        assert!(!retries(429, r#"{"error":{"code":"insufficient_quota"}}"#, true));
    }

    #[test]
    fn retry_after_is_obeyed_up_to_two_minutes() {
        let pause_for = |seconds| {
            let retry_after = Some(Duration::from_secs(seconds));
            retry_pause(&ErrorBody { retry_after, ..error(429, "") }, 0, 2, 0.0)
        };
        assert_eq!(pause_for(120), Some(Duration::from_mins(2)));
        assert_eq!(pause_for(121), None);
        assert_eq!(pause_for(0), Some(Duration::from_millis(500)));
    }
}
