//! A failure as people see it: a kind, a sentence, a next step. Must not contain an API key, a question
//! or an answer, because failures are shown, logged and copied into bug reports.

use std::time::Duration;

use super::Advice;

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

/// One failure. It is displayed in the words of the command line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The cause, which decides the exit code and whether to try again.
    pub kind: FailureKind,
    /// What happened, in one sentence.
    pub sentence: String,
    /// What to do about it.
    pub advice: Advice,
    /// The server's `x-request-id`, for bug reports.
    pub request_id: Option<String>,
    /// How long the server asked to wait (`retry-after`).
    pub retry_after: Option<Duration>,
}

impl Failure {
    /// Creates a failure without a request id or a time to wait.
    pub fn new(kind: FailureKind, sentence: impl Into<String>, advice: impl Into<Advice>) -> Self {
        Self {
            kind,
            sentence: sentence.into(),
            advice: advice.into(),
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
        let sentence = format!("{} The partial answer is kept.", self.sentence);
        let advice = if is_ask_again { Advice::None } else { self.advice.clone() };
        Self { sentence, advice, ..self.clone() }
    }

    /// The same failure with its sentence after other words, such as `Not sent: `; a name with several
    /// capitals keeps them.
    #[must_use]
    pub fn after_words(&self, words: &str) -> Self {
        let mut letters = self.sentence.chars();
        let sentence = match (letters.next(), letters.next()) {
            (Some(first), Some(second)) if second.is_lowercase() || second == ' ' => {
                let rest = self.sentence.get(first.len_utf8()..).unwrap_or_default();
                format!("{words}{}{rest}", first.to_lowercase())
            }
            _ => format!("{words}{}", self.sentence),
        };
        Self { sentence, ..self.clone() }
    }
}

impl std::fmt::Display for Failure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.sentence)?;
        if !self.advice.is_none() {
            write!(f, " {}", self.advice)?;
        }
        match &self.request_id {
            Some(id) => write!(f, " (request {id})"),
            None => Ok(()),
        }
    }
}
