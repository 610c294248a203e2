//! What all requests to one server share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::demo::background_responses::BackgroundResponses;
use crate::demo::pacing::Pacing;
use crate::demo::response_store::ResponseStore;

/// One request, as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordedRequest {
    /// Method and path.
    pub request_line: String,
    /// The JSON body; null where there was none.
    pub body: Value,
    /// The `Authorization` header.
    pub authorization: Option<String>,
}

/// What all requests share.
#[derive(Debug, Clone, Default)]
pub struct ServerState {
    responses: Arc<Mutex<ResponseStore>>,
    recorded_requests: Arc<Mutex<Vec<RecordedRequest>>>,
    /// Background answers so far.
    pub background_responses: Arc<BackgroundResponses>,
    /// When events are sent.
    pub pacing: Pacing,
}

impl ServerState {
    /// Nothing asked yet.
    #[must_use]
    pub fn new(pacing: Pacing) -> Self {
        Self { pacing, ..Self::default() }
    }

    /// The responses given so far.
    pub fn responses(&self) -> MutexGuard<'_, ResponseStore> {
        lock(&self.responses)
    }

    /// Notes a request.
    pub fn record(&self, request: RecordedRequest) {
        lock(&self.recorded_requests).push(request);
    }

    /// Notes a request that has no body.
    pub fn record_line(&self, line: String) {
        self.record(RecordedRequest { request_line: line, body: Value::Null, authorization: None });
    }

    /// Every request so far, in order.
    #[must_use]
    pub fn recorded_requests(&self) -> Vec<RecordedRequest> {
        lock(&self.recorded_requests).clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
