//! Server-sent events: how the events of a response are written to its connection.

use std::io;

use axum::body::{Body, Bytes};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use futures_util::Stream;
use serde_json::Value;

/// An event with its name and its JSON on one line.
pub(super) fn event_frame(event: &Value) -> Bytes {
    let name = event.get("type").and_then(Value::as_str).unwrap_or_default();
    Bytes::from(format!("event: {name}\ndata: {event}\n\n"))
}

/// A chunk of a chat completion.
pub(super) fn data_frame(chunk: &Value) -> Bytes {
    Bytes::from(format!("data: {chunk}\n\n"))
}

/// The marker after the last chunk of a chat completion.
pub(super) const fn done_frame() -> Bytes {
    Bytes::from_static(b"data: [DONE]\n\n")
}

/// The error that makes the server break a connection in the middle of its stream.
pub(super) fn connection_error() -> io::Error {
    io::Error::other("the question asked to break the connection")
}

pub(super) fn event_stream(
    frames: impl Stream<Item = io::Result<Bytes>> + Send + 'static,
) -> Response {
    let headers = [(header::CONTENT_TYPE, "text/event-stream; charset=utf-8")];
    (headers, Body::from_stream(frames)).into_response()
}
