//! A failure as people see it: a kind, a sentence, a next step. Must not contain an API key, a question
//! or an answer, because failures are shown, logged and copied into bug reports.

use std::time::Duration;

/// The kind of a failure, as far as the program's behaviour depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// The API key is missing or rejected.
    ApiKey,
    /// The key is valid but lacks a permission (project, organisation, region, role).
    Permission,
    /// The server does not offer the model, or no longer.
    ModelUnavailable,
    /// The server does not accept something in the request.
    InvalidRequest,
    /// The conversation exceeds the model's context window.
    ContextTooLong,
    /// The server does not know the response named as `previous_response_id`.
    PreviousResponseNotFound,
    /// Too many requests; waiting helps.
    RateLimited,
    /// The request alone is over the limit; waiting does not help.
    TooLarge,
    /// No credit or quota; waiting does not help.
    Billing,
    /// The server is overloaded or failed; trying later helps.
    Server,
    /// The reply did not come from a Responses API server (from a proxy, for example).
    Gateway,
    /// No connection could be made: refused, no network, unknown host, TLS.
    Network,
    /// Nothing was received for too long.
    Timeout,
    /// The connection ended before the answer did.
    Interrupted,
    /// The server's own filter ended the answer.
    Filtered,
    /// The shared file could not be read or written.
    Storage,
    /// Anything the program does not treat differently.
    Other,
}

/// One failure, ready to be displayed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What kind of failure it is.
    pub kind: FailureKind,
    /// What happened, in one sentence.
    pub sentence: String,
    /// What to do about it, as a sentence; may be empty.
    pub next_step: String,
    /// The server's `x-request-id`, for bug reports.
    pub request_id: Option<String>,
    /// How long the server asked to wait (`retry-after`).
    pub retry_after: Option<Duration>,
}

impl Failure {
    /// Creates a failure without a request id or a time to wait.
    pub fn new(
        kind: FailureKind,
        sentence: impl Into<String>,
        next_step: impl Into<String>,
    ) -> Self {
        Self {
            kind,
            sentence: sentence.into(),
            next_step: next_step.into(),
            request_id: None,
            retry_after: None,
        }
    }
}

impl Failure {
    /// The same failure for an answer of which a part is kept: asking again is not the only way on,
    /// so that advice gives way to what is kept.
    #[must_use]
    pub fn after_partial_answer(&self) -> Self {
        let is_ask_again = matches!(
            self.kind,
            FailureKind::Server
                | FailureKind::Gateway
                | FailureKind::Interrupted
                | FailureKind::Network
                | FailureKind::RateLimited
                | FailureKind::Timeout
        );
        let mut next_step = "The partial answer is kept.".to_owned();
        if !is_ask_again && !self.next_step.is_empty() {
            next_step = format!("{next_step} {}", self.next_step);
        }
        Self { next_step, ..self.clone() }
    }

    /// What happened and what to do about it: the window keeps ids to its log.
    #[must_use]
    pub fn without_id(&self) -> String {
        let parts = [self.sentence.as_str(), self.next_step.as_str()];
        let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
        parts.join(" ")
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.without_id())?;
        match &self.request_id {
            Some(id) => write!(f, " (request {id})"),
            None => Ok(()),
        }
    }
}
