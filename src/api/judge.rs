//! Puts the end of a reply into words.
//! May not send, retry or wait.

use tracing::info;

use crate::chat::{Ending, Failure, FailureKind, Outcome};

use super::attempt::{Close, Reading};
use super::client::Client;
use super::errors;
use super::redact;
use super::reduce::Verdict;
use super::request::Request;
use super::transport::Break;
use super::trouble::Trouble;

/// How a reply ended, in words.
#[must_use]
pub fn judge(
    client: &Client,
    request: Option<&Request>,
    reading: &Reading,
    close: Close,
) -> Ending {
    let reducer = &reading.reducer;
    let model = request.map_or("the model", |request| request.model.as_str());
    let private = || request.into_iter().flat_map(Request::private_texts);
    let outcome = match close {
        Close::Refused(trouble) => Outcome::Failed(client.failure(&trouble, model, private())),
        Close::Unreached(broken) => Outcome::Failed(client.unreached(broken)),
        Close::Broken(broken) => Outcome::Interrupted(client.broken(broken)),
        Close::Said | Close::Unsaid => match reducer.verdict() {
            Some(Verdict::Completed) => Outcome::Completed,
            Some(Verdict::Incomplete(reason)) => Outcome::Incomplete(early(reason.as_deref())),
            Some(Verdict::Cancelled) => Outcome::Stopped,
            Some(Verdict::Failed { trouble, .. }) => {
                Outcome::Failed(client.failure(trouble, model, private()))
            }
            None if reducer.is_foreign() => Outcome::Failed(Failure::new(
                FailureKind::Gateway,
                "The server answers in the Chat Completions format, not as a Responses server.",
                "Check the base URL, or update the server.",
            )),
            None => Outcome::Interrupted(client.broken(Break::Cut)),
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
pub fn log(trouble: &Trouble) {
    let code = trouble.code.as_deref().or(trouble.kind.as_deref()).unwrap_or_default();
    let code = redact::fit(code, &[], std::iter::empty());
    let request_id = trouble.request_id.as_deref().unwrap_or_default();
    info!(status = trouble.status, code, request_id, kind = ?errors::kind(trouble), "refused");
}

/// Why the server ended an answer early, in one sentence.
fn early(reason: Option<&str>) -> String {
    match reason {
        Some("max_output_tokens" | "max_tokens") => {
            "The answer reached its limit of tokens.".to_owned()
        }
        Some("content_filter") => "The server's content filter ended the answer.".to_owned(),
        Some("max_messages") => "The answer reached its limit of messages.".to_owned(),
        Some("steered") => "The answer was ended by a newer request.".to_owned(),
        Some(other) => {
            let other = redact::fit(other, &[], std::iter::empty());
            format!("The server ended the answer early ({other}).")
        }
        None => "The server ended the answer early and did not say why.".to_owned(),
    }
}

/// What to say where the model only called tools.
#[must_use]
pub fn uncalled(reading: &Reading) -> Option<String> {
    let called = reading.reducer.calls().first().map(|call| &call.name);
    let name = called.or_else(|| reading.reducer.strange_calls().first())?;
    let name = redact::fit(name, &[], std::iter::empty());
    Some(format!("The model asked for the tool {name}, which there is not here."))
}

/// The end of a question nobody could be asked.
#[must_use]
pub fn unanswered(failure: Failure) -> Ending {
    Ending::bare(Outcome::Failed(failure), "")
}
