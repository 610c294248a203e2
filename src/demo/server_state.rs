//! The state that all requests to one server share.

use std::sync::{Arc, Mutex, MutexGuard};

use serde_json::Value;

use super::background_responses::{BackgroundResponses, lock};
use super::pacing::Pacing;
use super::response_store::ResponseStore;

/// A request as the server received it.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedRequest {
    /// The method and the path, such as `GET /v1/models`.
    pub request_line: String,
    /// The JSON body; null where there was none.
    pub body: Value,
    /// The value of the `Authorization` header.
    pub authorization: Option<String>,
}

#[derive(Debug, Clone, Default)]
pub(super) struct ServerState {
    responses: Arc<Mutex<ResponseStore>>,
    recorded_requests: Arc<Mutex<Vec<RecordedRequest>>>,
    pub(super) background_responses: Arc<BackgroundResponses>,
    pub(super) pacing: Pacing,
}

impl ServerState {
    #[must_use]
    pub(super) fn new(pacing: Pacing) -> Self {
        Self { pacing, ..Self::default() }
    }

    pub(super) fn responses(&self) -> MutexGuard<'_, ResponseStore> {
        lock(&self.responses)
    }

    pub(super) fn record(&self, request: RecordedRequest) {
        lock(&self.recorded_requests).push(request);
    }

    /// Records a request without a body.
    pub(super) fn record_line(&self, line: String) {
        self.record(RecordedRequest { request_line: line, body: Value::Null, authorization: None });
    }

    #[must_use]
    pub(super) fn recorded_requests(&self) -> Vec<RecordedRequest> {
        lock(&self.recorded_requests).clone()
    }
}
