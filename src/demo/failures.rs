//! HTTP failures that a question asks for: too many requests, no such model and the like.

use axum::http::header;
use axum::response::Response;

use super::answer::{DemoAnswer, Scenario};
use super::errors::error;
use super::pacing::Pace;
use super::response_store::HistoryMessage;
use super::server_state::ServerState;

/// The failure that the question asks for, if it does.
pub(super) fn failure_response(
    shared: &ServerState,
    answer: &DemoAnswer,
    history: &[HistoryMessage],
    model: &str,
) -> Option<Response> {
    let question = history.iter().rfind(|message| message.role != "tool");
    let question = question.map_or("", |message| message.text.as_str());
    match answer.scenario {
        Scenario::RateLimited => {
            if shared.responses().count_refusal(question) > 0 {
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
        Scenario::ServerError => {
            let message = "The server had an error processing your request.";
            Some(error(500, "server_error", Some("server_error"), None, message))
        }
        Scenario::ModelNotFound if !model.starts_with("demo-") => {
            let message = format!("The model `{model}` has been deprecated.");
            Some(error(404, "invalid_request_error", Some("model_not_found"), None, &message))
        }
        Scenario::Unauthorized => {
            let message = "Incorrect API key provided: sk-de**mo.";
            Some(error(401, "invalid_request_error", Some("invalid_api_key"), None, message))
        }
        Scenario::ModelNotFound
        | Scenario::Complete
        | Scenario::ConnectionLost
        | Scenario::Failed
        | Scenario::Incomplete
        | Scenario::Refused => None,
    }
}
