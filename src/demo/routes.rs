//! The paths of the API with their handlers.

use std::convert::Infallible;
use std::net::IpAddr;

use axum::extract::{Path, Request};
use axum::http::header;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use axum::{Json, Router};
use serde_json::{Value, json};

use super::chat_completions::complete;
use super::errors::error;
use super::models;
use super::respond::respond;
use super::server_state::ServerState;
use super::stored_responses::{cancel, forget, input_items, retrieve};

pub(super) fn routes(shared: ServerState) -> Router {
    Router::new()
        .route("/v1/responses", post(respond))
        .route("/v1/chat/completions", post(complete))
        .route("/v1/responses/{id}", get(retrieve).delete(forget))
        .route("/v1/responses/{id}/input_items", get(input_items))
        .route("/v1/responses/{id}/cancel", post(cancel))
        .route("/v1/models", get(models))
        .route("/v1/models/{id}", get(model))
        .fallback(path_not_found)
        .layer(middleware::from_fn(check_host))
        .layer(middleware::map_response(add_request_id))
        .with_state(shared)
}

/// Refuses requests that name another host than this machine: a page in a browser could have made its
/// own name point here.
async fn check_host(request: Request, next: Next) -> Response {
    let host = request.headers().get(header::HOST).and_then(|host| host.to_str().ok());
    match host {
        Some(host) if !is_loopback(host) => {
            error(403, "invalid_request_error", None, None, "This server is for this machine only.")
        }
        Some(_) | None => next.run(request).await,
    }
}

/// Every response of the API has an id that its support asks for.
async fn add_request_id(mut response: Response) -> Response {
    let id = format!("req_{}", uuid::Uuid::new_v4().simple());
    if let Ok(id) = id.parse() {
        response.headers_mut().insert("x-request-id", id);
    }
    response
}

/// Whether a `Host` header names this machine.
fn is_loopback(host: &str) -> bool {
    let is_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let name = match host.rsplit_once(':') {
        Some((name, port)) if is_port(port) && !name.ends_with(':') => name,
        _ => host,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    name.eq_ignore_ascii_case("localhost") || address.is_ok_and(|it| it.is_loopback())
}

async fn models() -> Response {
    let all: Vec<Value> = models::names().map(models::object).collect();
    Json(json!({ "object": "list", "data": all })).into_response()
}

async fn model(Path(id): Path<String>) -> Response {
    match models::names().find(|name| *name == id) {
        Some(name) => Json(models::object(name)).into_response(),
        None => models::not_found(404, &id),
    }
}

async fn path_not_found() -> Result<Response, Infallible> {
    Ok(error(404, "invalid_request_error", None, None, "There is nothing at this path."))
}
