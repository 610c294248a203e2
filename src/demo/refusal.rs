//! Failures of HTTP that a question asks for: too many requests, no such model and the like.
//! Must not refuse what no question asks to refuse.

use axum::http::header;
use axum::response::Response;

use super::answer::{Answer, Course};
use super::errors::error;
use super::memory::Said;
use super::pacing::Pace;
use super::shared::Shared;

/// The answer of HTTP itself, where the question asks for a failure.
pub(super) fn refuse(
    shared: &Shared,
    answer: &Answer,
    history: &[Said],
    model: &str,
) -> Option<Response> {
    let question = history.iter().rfind(|said| said.role != "tool");
    let question = question.map_or("", |said| said.text.as_str());
    match answer.course {
        Course::RateLimited => {
            if shared.memory().turn_away(question) > 0 {
                return None;
            }
            let message = "Rate limit reached for requests. Please try again in 1s.";
            let mut refusal = error(429, "requests", Some("rate_limit_exceeded"), None, message);
            let wait = if shared.pacing.pace == Pace::Instant { "0.01" } else { "3" };
            if let Ok(wait) = wait.parse() {
                refusal.headers_mut().insert(header::RETRY_AFTER, wait);
            }
            Some(refusal)
        }
        Course::ServerError => {
            let message = "The server had an error processing your request.";
            Some(error(500, "server_error", Some("server_error"), None, message))
        }
        Course::ModelGone if !model.starts_with("demo-") => {
            let message = format!("The model `{model}` has been deprecated.");
            Some(error(404, "invalid_request_error", Some("model_not_found"), None, &message))
        }
        Course::Unauthorized => {
            let message = "Incorrect API key provided: sk-de**mo.";
            Some(error(401, "invalid_request_error", Some("invalid_api_key"), None, message))
        }
        Course::ModelGone
        | Course::Whole
        | Course::Cut
        | Course::Failed
        | Course::Incomplete
        | Course::Refused => None,
    }
}
