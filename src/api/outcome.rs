//! Puts the end of a reply into words.
//! May not send, retry or wait.

use tracing::info;

use crate::chat::{Failure, FailureKind, ReplyEnding, ReplyOutcome};

use crate::api::attempt::{ReplyReader, StreamEnd};
use crate::api::client::Client;
use crate::api::error_body::ErrorBody;
use crate::api::error_table;
use crate::api::reduce::FinalStatus;
use crate::api::request::ModelRequest;
use crate::api::transport::ConnectionError;

/// How a reply ended, in words.
#[must_use]
pub fn build_ending(
    client: &Client,
    request: Option<&ModelRequest>,
    reading: &ReplyReader,
    close: StreamEnd,
) -> ReplyEnding {
    let reducer = &reading.reducer;
    let model = request.map_or("the model", |request| request.model.as_str());
    let private = || request.into_iter().flat_map(ModelRequest::private_texts);
    let outcome = match close {
        StreamEnd::Rejected(trouble) => {
            ReplyOutcome::Failed(client.failure(&trouble, model, private()))
        }
        StreamEnd::ConnectFailed(broken) => {
            ReplyOutcome::Failed(client.unreachable_failure(broken))
        }
        StreamEnd::Interrupted(broken) => {
            ReplyOutcome::Interrupted(client.interrupted_failure(broken))
        }
        StreamEnd::Finished | StreamEnd::Truncated => match reducer.verdict() {
            Some(FinalStatus::Completed) => ReplyOutcome::Completed,
            Some(FinalStatus::Incomplete(reason)) => {
                ReplyOutcome::Incomplete(incomplete_sentence(client, reason.as_deref()))
            }
            Some(FinalStatus::Cancelled) => ReplyOutcome::Stopped,
            Some(FinalStatus::Failed { error: trouble, .. }) => {
                ReplyOutcome::Failed(client.failure(trouble, model, private()))
            }
            None if reducer.is_chat_completions() => ReplyOutcome::Failed(Failure::new(
                FailureKind::Gateway,
                "The server answers in the Chat Completions format, not as a Responses server.",
                "Check the base URL, or update the server.",
            )),
            None => {
                ReplyOutcome::Interrupted(client.interrupted_failure(ConnectionError::Truncated))
            }
        },
    };
    let mut ending = reducer.ending(outcome);
    if !reducer.calls().is_empty() {
        // A server refuses to go on from a response whose calls nobody answered.
        ending.response_id = None;
    }
    ending
}

/// What the log keeps of a refusal: nothing a prompt could be in.
pub fn log_rejection(client: &Client, trouble: &ErrorBody) {
    let code = trouble.code.as_deref().or(trouble.kind.as_deref()).unwrap_or_default();
    let code = client.redact_name(code);
    let request_id = client.redact_name(trouble.request_id.as_deref().unwrap_or_default());
    info!(status = trouble.status, code, request_id, kind = ?error_table::failure_kind(trouble), "refused");
}

/// Why the server ended an answer early, in one sentence.
fn incomplete_sentence(client: &Client, reason: Option<&str>) -> String {
    match reason {
        Some("max_output_tokens" | "max_tokens") => {
            "The answer reached its limit of tokens.".to_owned()
        }
        Some("content_filter") => "The server's content filter ended the answer.".to_owned(),
        Some("max_messages") => "The answer reached its limit of messages.".to_owned(),
        Some("steered") => "The answer was ended by a newer request.".to_owned(),
        Some(other) => {
            let other = client.redact_name(other);
            format!("The server ended the answer early ({other}).")
        }
        None => "The server ended the answer early and did not say why.".to_owned(),
    }
}

/// What to say where the model only called tools.
#[must_use]
pub fn unknown_tool_notice(client: &Client, reading: &ReplyReader) -> Option<String> {
    let called = reading.reducer.calls().first().map(|call| &call.name);
    let name = called.or_else(|| reading.reducer.strange_calls().first())?;
    let name = client.redact_name(name);
    Some(format!("The model asked for the tool {name}, which there is not here."))
}

/// The end of a question nobody could be asked.
#[must_use]
pub fn failed_ending(failure: Failure) -> ReplyEnding {
    ReplyEnding::with_text(ReplyOutcome::Failed(failure), "")
}
