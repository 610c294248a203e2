//! Classifies errors of servers: kind of failure, sentence, next step.

use std::time::Duration;

use crate::chat::{Failure, FailureKind, count};

use crate::api::errors::error_body::ErrorBody;

use FailureKind as Kind;

/// One way to recognise an error.
#[derive(Debug, Clone, Copy)]
enum ErrorPattern {
    /// This code or type, with any status.
    Code(&'static str),
    /// These words in the code, type or message (lower case), with any status.
    Words(&'static str),
    Param(&'static str),
    /// A status in this inclusive range.
    Status(u16, u16),
    StatusAndWords(u16, &'static str),
}

/// One row of the table: applies where any pattern matches.
#[derive(Debug)]
struct ErrorRule {
    patterns: &'static [ErrorPattern],
    kind: Kind,
    /// `{model}`, `{status}` and `{message}` are replaced.
    sentence: &'static str,
    next_step: &'static str,
}

use ErrorPattern::{Code, Param, Status, StatusAndWords, Words};

/// The table; the first matching row applies, so specific rows come before statuses. Codes and phrases
/// are from `OpenAI`'s error guide and captured responses of several servers (collected 2026-11-23).
const ERROR_RULES: &[ErrorRule] = &[
    ErrorRule {
        patterns: &[Code("mismatched_project"), Words("project header should match")],
        kind: Kind::Permission,
        sentence: "The API key belongs to a different project than OPENAI_PROJECT_ID.",
        next_step: "Correct or unset OPENAI_PROJECT_ID.",
    },
    ErrorRule {
        patterns: &[Code("mismatched_organization"), Words("member of an organization")],
        kind: Kind::Permission,
        sentence: "The API key does not belong to the organization in OPENAI_ORG_ID.",
        next_step: "Correct or unset OPENAI_ORG_ID.",
    },
    ErrorRule {
        patterns: &[Code("ip_not_authorized")],
        kind: Kind::Permission,
        sentence: "The project does not accept requests from this address.",
        next_step: "Ask the project's owner to allow this address.",
    },
    ErrorRule {
        patterns: &[
            Code("unsupported_country_region_territory"),
            Words("country, region, or territory not supported"),
        ],
        kind: Kind::Permission,
        sentence: "The server is not available in this country or region.",
        next_step: "Use another server with --base-url.",
    },
    ErrorRule {
        patterns: &[
            Code("insufficient_quota"),
            Code("credit_balance_exhausted"),
            Code("organization_spend_limit_exceeded"),
            Code("project_spend_limit_exceeded"),
            Code("organization_usage_limit_exceeded"),
            Code("usage_not_included"),
            Code("billing_hard_limit_reached"),
            Code("billing_not_active"),
            Words("exceeded your current quota"),
            Words("insufficient credits"),
            Status(402, 402),
        ],
        kind: Kind::Billing,
        sentence: "The account has no credit left or has reached its spending limit.",
        next_step: "Check billing and limits with the provider; waiting does not help.",
    },
    ErrorRule {
        patterns: &[
            Code("deploymentnotfound"),
            Words("the api deployment for this resource does not exist"),
        ],
        kind: Kind::ModelUnavailable,
        sentence: "This Azure resource has no deployment named \"{model}\".",
        next_step: "On Azure, the model is the name of your deployment. Choose another one.",
    },
    ErrorRule {
        patterns: &[
            Code("model_not_found"),
            Words("has been deprecated, learn more"),
            Words("does not exist or you do not have access"),
            Words("the requested model"),
            Words("model not found"),
            Words("not a valid model id"),
            // The phrases of local servers differ.
            StatusAndWords(404, "model"),
        ],
        kind: Kind::ModelUnavailable,
        sentence: "The server does not offer \"{model}\".",
        next_step: "Choose another model.",
    },
    ErrorRule {
        patterns: &[
            Code("previous_response_not_found"),
            Param("previous_response_id"),
            Words("previous_response_id"),
            Words("zero data retention"),
            Words("previous response with id"),
            Words("response with id"),
            Words("item with id"),
            Words("no tool output found for function call"),
        ],
        kind: Kind::PreviousResponseNotFound,
        sentence: "The server does not know the earlier turns.",
        next_step: "Send the question again with --context replay.",
    },
    ErrorRule {
        patterns: &[
            Code("context_length_exceeded"),
            Code("exceed_context_size_error"),
            Words("exceeds the context window"),
            Words("maximum context length"),
            Words("exceeds the available context size"),
            Words("prompt is too long"),
            // Mistral and Gemini.
            Words("too large for model"),
            Words("exceeds the maximum number of tokens allowed"),
        ],
        kind: Kind::ContextTooLong,
        sentence: "The conversation is too long for \"{model}\".",
        next_step: "Start a new conversation, or choose a model with a larger context window.",
    },
    ErrorRule {
        patterns: &[Words("request too large"), Status(413, 413)],
        kind: Kind::TooLarge,
        sentence: "The request is larger than the server allows.",
        next_step: "Send less text; waiting does not help.",
    },
    ErrorRule {
        patterns: &[
            Code("content_filter"),
            Code("content_policy_violation"),
            Code("cyber_policy"),
            Code("bio_policy"),
            Code("misalignment_policy_violation"),
            Code("invalid_prompt"),
            Words("content management policy"),
        ],
        kind: Kind::Filtered,
        sentence: "The server's content rules do not allow this.",
        next_step: "Rephrase the question.",
    },
    ErrorRule {
        patterns: &[Words("organization must be verified")],
        kind: Kind::Permission,
        sentence: "The provider requires a verified organization for this.",
        next_step: "Verify the organization in its settings, or choose another model.",
    },
    ErrorRule {
        patterns: &[
            Code("slow_down"),
            Code("server_is_overloaded"),
            Code("overloaded_error"),
            Code("overloaded"),
            Words("overloaded"),
        ],
        kind: Kind::Server,
        sentence: "The server is overloaded.",
        next_step: "Try again in a moment.",
    },
    ErrorRule {
        patterns: &[
            Code("rate_limit_exceeded"),
            Code("rate_limit_error"),
            Code("throttling_error"),
            Words("rate limit reached"),
            Status(429, 429),
        ],
        kind: Kind::RateLimited,
        sentence: "The server received too many requests.",
        next_step: "Try again in a moment.",
    },
    ErrorRule {
        patterns: &[
            Code("invalid_api_key"),
            Code("no_db_connection"),
            Words("incorrect api key"),
            Words("invalid api key"),
            // Gemini, with status 400.
            Words("api key not valid"),
            Status(401, 401),
        ],
        kind: Kind::ApiKey,
        sentence: "The server does not accept the API key.",
        // The client knows the place of the key.
        next_step: "Check where the key comes from.",
    },
    ErrorRule {
        patterns: &[Words("can no longer be streamed")],
        kind: Kind::Interrupted,
        sentence: "The server no longer streams this answer.",
        next_step: "The complete answer can still be fetched.",
    },
    ErrorRule {
        patterns: &[
            Code("unsupported_parameter"),
            Code("unsupported_value"),
            Code("unknown_parameter"),
            Code("missing_required_parameter"),
            Code("invalid_value"),
            Words("unsupported parameter"),
            Words("unknown parameter"),
        ],
        kind: Kind::InvalidRequest,
        sentence: "The server does not accept the request: {message}",
        next_step: "Change or remove the option that the message names.",
    },
    ErrorRule {
        patterns: &[Code("server_error"), Code("internal_error"), Code("vector_store_timeout")],
        kind: Kind::Server,
        sentence: "The server had an error while answering.",
        next_step: "Try again.",
    },
    ErrorRule {
        patterns: &[Status(403, 403)],
        kind: Kind::Permission,
        sentence: "The API key does not allow this: {message}",
        next_step: "Check the key's permissions with the provider.",
    },
    ErrorRule {
        patterns: &[Status(404, 404), Status(405, 405)],
        kind: Kind::InvalidRequest,
        sentence: "The server did not find what was asked for: {message}",
        next_step: "Check the base URL; it usually ends in /v1.",
    },
    ErrorRule {
        patterns: &[Status(407, 407)],
        kind: Kind::Network,
        sentence: "A proxy on the way needs a user name and a password.",
        next_step: "Write both into the proxy's address, as in http://NAME:PASSWORD@HOST:PORT.",
    },
    ErrorRule {
        patterns: &[Status(408, 408)],
        kind: Kind::Timeout,
        sentence: "The server timed out.",
        next_step: "Try again.",
    },
    ErrorRule {
        patterns: &[Status(409, 409)],
        kind: Kind::Server,
        sentence: "The server was busy with the same conversation.",
        next_step: "Try again in a moment.",
    },
    ErrorRule {
        patterns: &[Status(200, 299)],
        kind: Kind::Gateway,
        sentence: "This server speaks neither the Responses API nor Chat Completions: {message}",
        next_step: "Check the base URL and any proxy.",
    },
    ErrorRule {
        patterns: &[Status(300, 399)],
        kind: Kind::Gateway,
        sentence: "The server redirected the request, and redirects are not followed.",
        next_step: "Set the base URL to the new address.",
    },
    ErrorRule {
        patterns: &[Status(500, 501)],
        kind: Kind::Server,
        sentence: "The server had an error (HTTP {status}): {message}",
        next_step: "Try again.",
    },
    ErrorRule {
        patterns: &[Status(503, 503)],
        kind: Kind::Server,
        sentence: "The server is not available: {message}",
        next_step: "Try again in a moment.",
    },
    ErrorRule {
        patterns: &[Status(502, 504), Status(520, 530)],
        kind: Kind::Gateway,
        sentence: "A proxy failed (HTTP {status}): {message}",
        next_step: "Try again in a moment.",
    },
    ErrorRule {
        patterns: &[Status(500, 599)],
        kind: Kind::Server,
        sentence: "The server had an error (HTTP {status}): {message}",
        next_step: "Try again.",
    },
    ErrorRule {
        patterns: &[Status(400, 499)],
        kind: Kind::InvalidRequest,
        sentence: "The server does not accept the request (HTTP {status}): {message}",
        next_step: "Check the model and the options.",
    },
];

/// The row used where no other matches: an unknown error in a stream.
const DEFAULT_RULE: ErrorRule = ErrorRule {
    patterns: &[],
    kind: Kind::Server,
    sentence: "The server broke off the answer: {message}",
    next_step: "Try again.",
};

/// For an error about a model where the request was about none.
const NO_MODEL_RULE: ErrorRule = ErrorRule {
    patterns: &[],
    kind: Kind::InvalidRequest,
    sentence: "The server refused the request: {message}",
    next_step: "Check the base URL.",
};

impl ErrorPattern {
    fn matches(self, error: &ErrorBody, searched_text: &str) -> bool {
        let is = |field: &Option<String>, word: &str| {
            field.as_ref().is_some_and(|it| it.eq_ignore_ascii_case(word))
        };
        match self {
            Self::Code(code) => is(&error.code, code) || is(&error.kind, code),
            Self::Words(words) => searched_text.contains(words),
            Self::Param(param) => is(&error.param, param),
            Self::Status(low, high) => {
                error.status.is_some_and(|status| (low..=high).contains(&status))
            }
            Self::StatusAndWords(status, words) => {
                error.status == Some(status) && searched_text.contains(words)
            }
        }
    }
}

/// Returns the kind of the first rule that matches the error.
#[must_use]
pub fn failure_kind(error: &ErrorBody) -> FailureKind {
    find_rule(error).kind
}

/// Builds the failure of an error. `message` is the server's message, redacted. `model` is empty where the
/// request was about none.
#[must_use]
pub fn build_failure(error: &ErrorBody, model: &str, message: &str) -> Failure {
    let is_about_model = |row: &&ErrorRule| row.sentence.contains("{model}");
    let row = Some(find_rule(error)).filter(|row| !model.is_empty() || !is_about_model(row));
    let row = row.unwrap_or(&NO_MODEL_RULE);
    let status = error.status.map_or_else(String::new, |it| it.to_string());
    let message = with_full_stop(message);
    let sentence = row
        .sentence
        .replace("{model}", model)
        .replace("{status}", &status)
        .replace("{message}", &message);
    let mut failure = Failure::new(row.kind, sentence, row.next_step);
    if let (Kind::RateLimited | Kind::Server, Some(wait)) = (row.kind, error.retry_after) {
        failure.advice = format!("Try again in {}.", format_wait(wait)).into();
    }
    failure.retry_after = error.retry_after;
    failure
}

/// Ends a server's message with a full stop; a placeholder where it is empty.
fn with_full_stop(message: &str) -> String {
    match message.chars().last() {
        None => "no reason given.".to_owned(),
        Some('.' | '!' | '?' | '…') => message.to_owned(),
        Some(_) => format!("{message}."),
    }
}

fn find_rule(error: &ErrorBody) -> &'static ErrorRule {
    let searched_text = error.searchable_text();
    ERROR_RULES
        .iter()
        .find(|row| row.patterns.iter().any(|pattern| pattern.matches(error, &searched_text)))
        .unwrap_or(&DEFAULT_RULE)
}

/// Formats a duration for people.
fn format_wait(wait: Duration) -> String {
    let seconds = wait.as_secs().saturating_add(u64::from(wait.subsec_nanos() > 0));
    match seconds {
        0..=119 => count::phrase(seconds.max(1), "second"),
        120..=7199 => count::phrase(seconds.div_ceil(60), "minute"),
        _ => count::phrase(seconds.div_ceil(3600), "hour"),
    }
}
