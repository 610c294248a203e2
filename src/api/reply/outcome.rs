//! Builds the ending of a reply from how its request ended.

use tracing::info;

use crate::chat::{Failure, FailureKind, ReplyEnding, ReplyOutcome};

use crate::api::errors::error_body::ErrorBody;
use crate::api::errors::error_table;
use crate::api::reduce::FinalStatus;
use crate::api::reply::attempt::{ReplyReader, StreamEnd};
use crate::api::request::ModelRequest;
use crate::api::transport::ConnectionError;
use crate::api::transport::client::Client;

/// Why an answer ended that had become larger than any is.
const TOO_LONG: &str = "The answer was ended at 64 MB: no model writes that much.";

/// Why an answer ended that somebody cancelled on the server. Who stops an answer here does not wait for this.
const CANCELLED: &str = "The answer was cancelled on the server.";

/// The error a request was rejected with, before an answer began.
#[must_use]
pub fn rejection<'a>(end: &'a StreamEnd, reader: &'a ReplyReader) -> Option<&'a ErrorBody> {
    match end {
        StreamEnd::Rejected(error) => Some(error),
        StreamEnd::Finished if !reader.reducer.has_begun() => match reader.reducer.final_status() {
            Some(FinalStatus::Failed { error, .. }) => Some(error),
            Some(
                FinalStatus::Completed
                | FinalStatus::Incomplete(_)
                | FinalStatus::TooLong
                | FinalStatus::Cancelled,
            )
            | None => None,
        },
        StreamEnd::Finished
        | StreamEnd::Truncated
        | StreamEnd::ConnectFailed(_)
        | StreamEnd::Interrupted(_) => None,
    }
}

/// Builds the ending of a reply.
#[must_use]
pub fn build_ending(
    client: &Client,
    request: Option<&ModelRequest>,
    reader: &ReplyReader,
    stream_end: StreamEnd,
) -> ReplyEnding {
    let reducer = &reader.reducer;
    let model = request.map_or("the model", |request| request.model.as_str());
    let private = || request.into_iter().flat_map(ModelRequest::private_texts);
    let outcome = match stream_end {
        StreamEnd::Rejected(error) => {
            ReplyOutcome::Failed(client.failure(&error, model, private()))
        }
        StreamEnd::ConnectFailed(error) => ReplyOutcome::Failed(client.unreachable_failure(error)),
        StreamEnd::Interrupted(error) => {
            ReplyOutcome::Interrupted(client.interrupted_failure(error))
        }
        StreamEnd::Finished | StreamEnd::Truncated => match reducer.final_status() {
            Some(FinalStatus::Completed) => ReplyOutcome::Completed,
            Some(FinalStatus::Incomplete(reason)) => {
                ReplyOutcome::Incomplete(incomplete_sentence(client, reason.as_deref()))
            }
            Some(FinalStatus::TooLong) => ReplyOutcome::Incomplete(TOO_LONG.to_owned()),
            Some(FinalStatus::Cancelled) => ReplyOutcome::Incomplete(CANCELLED.to_owned()),
            Some(FinalStatus::Failed { error, .. }) => {
                ReplyOutcome::Failed(client.failure(error, model, private()))
            }
            None if reducer.is_chat_completions() => ReplyOutcome::Failed(Failure::new(
                FailureKind::Gateway,
                "The server answered in the Chat Completions format instead of the Responses \
                 format.",
                "Check the base URL, or update the server.",
            )),
            None => {
                ReplyOutcome::Interrupted(client.interrupted_failure(ConnectionError::Truncated))
            }
        },
    };
    let mut ending = reducer.ending(outcome);
    if !reducer.calls().is_empty() {
        // A server rejects chaining from a response with unanswered calls.
        ending.response_id = None;
    }
    ending
}

/// Logs an error of the server, without any field that may contain a prompt.
pub fn log_rejection(client: &Client, error: &ErrorBody) {
    let code = error.code.as_deref().or(error.kind.as_deref()).unwrap_or_default();
    let code = client.redact_name(code);
    let request_id = client.redact_name(error.request_id.as_deref().unwrap_or_default());
    info!(status = error.status, code, request_id, kind = ?error_table::failure_kind(error), "request rejected");
}

/// Puts `incomplete_details.reason` in one sentence.
fn incomplete_sentence(client: &Client, reason: Option<&str>) -> String {
    match reason {
        Some("max_output_tokens" | "max_tokens") => {
            "The answer reached the token limit.".to_owned()
        }
        Some("content_filter") => "The server's content filter stopped the answer.".to_owned(),
        Some("max_messages") => "The answer reached the message limit.".to_owned(),
        Some("steered") => "A newer request replaced the answer.".to_owned(),
        Some(other) => {
            let other = client.redact_name(other);
            format!("The server ended the answer early ({other}).")
        }
        None => "The server ended the answer early without a reason.".to_owned(),
    }
}

/// The notice for an answer that ended with a call of a kind that no tool here has.
#[must_use]
pub fn unknown_tool_notice(client: &Client, reader: &ReplyReader) -> Option<String> {
    let name = reader.reducer.unsupported_calls().first()?;
    let name = client.redact_name(name);
    Some(format!("The model called the tool {name}, which does not exist here."))
}

/// The ending of a question that could not be sent.
#[must_use]
pub fn failed_ending(failure: Failure) -> ReplyEnding {
    ReplyEnding::with_text(ReplyOutcome::Failed(failure), "")
}
