//! Requests about responses given earlier: read, stream again, cancel, delete, list the input.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Path, Query, State};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use super::background_responses::{BackgroundResponse, StreamLimit};
use super::errors::{error, unknown_response};
use super::read_request::refusal;
use super::server_state::ServerState;

/// The query of `GET /v1/responses/{id}`.
#[derive(Debug, Deserialize)]
pub(super) struct RetrieveQuery {
    stream: Option<bool>,
    starting_after: Option<usize>,
}

/// Cancels a background answer; one that has ended is returned as it is. Others cannot be cancelled.
pub(super) async fn cancel(State(shared): State<ServerState>, Path(id): Path<String>) -> Response {
    shared.record_line(format!("POST /v1/responses/{id}/cancel"));
    match shared.background_responses.find(&id) {
        Some(job) => Json(job.cancel()).into_response(),
        None if shared.responses().find(&id).is_some() => {
            let message = "A response that does not run in the background cannot be cancelled.";
            refusal(400, None, None, message)
        }
        None => unknown_response(&id),
    }
}

fn as_stored(shared: &ServerState, id: &str) -> Response {
    match shared.responses().find(id) {
        Some(stored) => Json(stored.response.clone()).into_response(),
        None => unknown_response(id),
    }
}

/// A response as it is now, or the rest of its stream.
pub(super) async fn retrieve(
    State(shared): State<ServerState>,
    Path(id): Path<String>,
    Query(query): Query<RetrieveQuery>,
) -> Response {
    shared.record_line(format!("GET /v1/responses/{id}"));
    if let Some(job) = shared.background_responses.find(&id) {
        return resume(job, &query);
    }
    as_stored(&shared, &id)
}

/// A background response: as it is now, or its stream after an event.
fn resume(job: Arc<BackgroundResponse>, query: &RetrieveQuery) -> Response {
    match query.stream {
        Some(true) if job.is_resumable => job.stream(query.starting_after, StreamLimit::Unlimited),
        Some(true) => {
            let message = "This response can no longer be streamed because it is more than 5 \
                           minutes old.";
            error(400, "invalid_request_error", None, None, message)
        }
        Some(false) | None => Json(job.response()).into_response(),
    }
}

/// Handles `DELETE /v1/responses/{id}`.
pub(super) async fn forget(State(shared): State<ServerState>, Path(id): Path<String>) -> Response {
    let ran_in_background = shared.background_responses.forget(&id);
    if shared.responses().forget(&id) || ran_in_background {
        return Json(json!({ "id": id, "object": "response", "deleted": true })).into_response();
    }
    unknown_response(&id)
}

/// The query of a list of items.
#[derive(Debug, Deserialize)]
pub(super) struct ListQuery {
    #[serde(default = "twenty")]
    limit: usize,
    order: Option<String>,
    after: Option<String>,
}

const fn twenty() -> usize {
    20
}

/// A page of the input items of a response.
pub(super) async fn input_items(
    State(shared): State<ServerState>,
    Path(id): Path<String>,
    Query(paging): Query<ListQuery>,
) -> Response {
    let responses = shared.responses();
    let Some(stored) = responses.find(&id) else {
        return unknown_response(&id);
    };
    let mut all = stored.input.clone();
    if paging.order.as_deref() != Some("asc") {
        all.reverse();
    }
    let item_id = |item: &Value| item.get("id").and_then(Value::as_str).map(str::to_owned);
    let start = paging.after.and_then(|after| {
        let index = all.iter().position(|item| item_id(item).as_ref() == Some(&after))?;
        index.checked_add(1)
    });
    let rest = all.split_off(start.unwrap_or(0).min(all.len()));
    let limit = paging.limit.clamp(1, 100);
    let page: Vec<Value> = rest.iter().take(limit).cloned().collect();
    let (first, last) = (page.first().and_then(item_id), page.last().and_then(item_id));
    let body = json!({ "object": "list", "data": page, "first_id": first, "last_id": last,
        "has_more": rest.len() > limit });
    Json(body).into_response()
}
