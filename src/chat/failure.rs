//! What people are told when something did not work: a kind, a sentence, a next step.
//! May not hold a key, a prompt or an answer: it is shown, logged and copied into bug reports.

use std::time::Duration;

/// What went wrong, as far as the program's behaviour depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// No key where one is needed, or the server refuses the key.
    ApiKey,
    /// The key is good but may not do this (project, organisation, region, role).
    Permission,
    /// The server does not offer the model (any more).
    ModelUnavailable,
    /// The request holds something the server does not accept.
    InvalidRequest,
    /// The conversation is longer than the model can read.
    ContextTooLong,
    /// The server does not know the response the turn was chained from.
    PreviousResponseNotFound,
    /// Too many requests; waiting helps.
    RateLimited,
    /// The request alone is over the limit; waiting does not help.
    TooLarge,
    /// No credit or quota; waiting does not help.
    Billing,
    /// The server is overloaded or failed; trying later helps.
    Server,
    /// What answered was not a Responses API server (a proxy page, say).
    Gateway,
    /// No connection could be made: refused, no network, unknown host, TLS.
    Network,
    /// Nothing came for too long.
    Timeout,
    /// The answer stopped before its end.
    Interrupted,
    /// The server's own filter ended the answer.
    Filtered,
    /// The shared file could not be read or written.
    Storage,
    /// Anything else.
    Other,
}

/// One failure, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What went wrong.
    pub kind: FailureKind,
    /// One sentence, without a final next step.
    pub sentence: String,
    /// What to do about it.
    pub next_step: String,
    /// The server's request id, for bug reports.
    pub request_id: Option<String>,
    /// How long the server asked to wait.
    pub retry_after: Option<Duration>,
}

impl Failure {
    /// A failure with a sentence and a next step.
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

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.sentence)?;
        if !self.next_step.is_empty() {
            write!(f, " {}", self.next_step)?;
        }
        match &self.request_id {
            Some(id) => write!(f, " (request {id})"),
            None => Ok(()),
        }
    }
}
