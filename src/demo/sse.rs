//! Events as they go over the wire (server-sent events).

use std::io;

use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::Stream;
use serde_json::Value;

/// One event.
#[must_use]
pub fn event_frame(event: &Value) -> Bytes {
    let name = event.get("type").and_then(Value::as_str).unwrap_or_default();
    Bytes::from(format!("event: {name}\ndata: {event}\n\n"))
}

/// What breaks a connection in the middle of its stream.
#[must_use]
pub fn connection_error() -> io::Error {
    io::Error::other("cut, as asked")
}

/// A response whose body is a stream of events.
pub fn event_stream(frames: impl Stream<Item = io::Result<Bytes>> + Send + 'static) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/event-stream; charset=utf-8")];
    (headers, Body::from_stream(frames)).into_response()
}
