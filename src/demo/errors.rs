//! Error responses in the form of the API.

use axum::Json;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

/// HTTP 404 for a response id.
pub(super) fn unknown_response(id: &str) -> Response {
    let message = format!("Response with id '{id}' not found.");
    error(404, "invalid_request_error", None, None, &message)
}

/// An error with its status; `kind` is the `type` of the body.
pub(super) fn error(
    status: u16,
    kind: &str,
    code: Option<&str>,
    param: Option<&str>,
    message: &str,
) -> Response {
    let body = json!({ "error":
        { "message": message, "type": kind, "param": param, "code": code } });
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, Json(body)).into_response()
}
