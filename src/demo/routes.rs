//! The paths of the API with their handlers.

use std::convert::Infallible;

use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::chat_completions::complete;
use super::errors::error;
use super::respond::respond;
use super::server_state::ServerState;
use super::stored_responses::{cancel, forget, input_items, retrieve};

const MODELS: &str = include_str!("../../assets/demo/models.txt");

pub(super) fn routes(shared: ServerState) -> Router {
    Router::new()
        .route("/v1/responses", post(respond))
        .route("/v1/chat/completions", post(complete))
        .route("/v1/responses/{id}", get(retrieve).delete(forget))
        .route("/v1/responses/{id}/input_items", get(input_items))
        .route("/v1/responses/{id}/cancel", post(cancel))
        .route("/v1/models", get(models))
        .fallback(path_not_found)
        .with_state(shared)
}

async fn models() -> Response {
    let model = |name: &str| json!({ "id": name, "object": "model", "owned_by": "demo" });
    let all: Vec<Value> = MODELS.lines().filter(|line| !line.is_empty()).map(model).collect();
    Json(json!({ "object": "list", "data": all })).into_response()
}

async fn path_not_found() -> Result<Response, Infallible> {
    Ok(error(404, "invalid_request_error", None, None, "There is nothing at this path."))
}
