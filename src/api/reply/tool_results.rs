//! Adds the results of tools to a request.

use serde_json::{Value, json};

use crate::api::reply::tool_rounds::ToolRounds;
use crate::api::request::ModelRequest;
use crate::api::request::body::Body;

/// Adds tool results to the input: only the last ones where the server stores the responses, else
/// everything since the question. As in the web app (hcorion/ai-multitool bdc7763, 2026), those of a
/// preset's question go with the instructions without the date line and without `reasoning` and `user`.
pub(super) fn append_tool_results(
    body: &mut Body,
    request: &ModelRequest,
    items: Vec<Value>,
    rounds: &ToolRounds,
    owner: HistoryOwner,
) {
    if let Some(preset) = &request.preset {
        body.insert("instructions".into(), json!(preset.bare_instructions));
        body.retain(|key, _| key != "reasoning" && key != "user");
    }
    match (owner, rounds.last()) {
        (HistoryOwner::Server, Some((id, outputs))) => {
            body.insert("previous_response_id".into(), json!(id.as_str()));
            body.insert("input".into(), Value::Array(outputs.clone()));
        }
        (HistoryOwner::Server | HistoryOwner::Client, _) => {
            let items = items.into_iter().chain(rounds.transcript().iter().cloned());
            body.insert("input".into(), items.collect());
        }
    }
}

/// Who stores the earlier responses of this answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HistoryOwner {
    /// The server; they are referred to by id.
    Server,
    /// This program; they are sent again.
    Client,
}
