//! What all requests to one server share.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use super::jobs::Jobs;
use super::memory::Memory;
use super::pacing::Pacing;

/// One request, as it came.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// Method and path.
    pub line: String,
    /// The JSON body; null where there was none.
    pub body: Value,
    /// The `Authorization` header.
    pub authorization: Option<String>,
}

/// What all requests share.
#[derive(Debug, Clone, Default)]
pub struct Shared {
    memory: Arc<Mutex<Memory>>,
    recorded: Arc<Mutex<Vec<Recorded>>>,
    /// Background answers so far.
    pub jobs: Arc<Jobs>,
    /// When events are sent.
    pub pacing: Pacing,
}

impl Shared {
    /// Nothing asked yet.
    #[must_use]
    pub fn new(pacing: Pacing) -> Self {
        Self { pacing, ..Self::default() }
    }

    /// The responses given so far.
    pub fn memory(&self) -> MutexGuard<'_, Memory> {
        lock(&self.memory)
    }

    /// Notes a request.
    pub fn record(&self, request: Recorded) {
        lock(&self.recorded).push(request);
    }

    /// Notes a request that has no body.
    pub fn record_line(&self, line: String) {
        self.record(Recorded { line, body: Value::Null, authorization: None });
    }

    /// Every request so far, in order.
    #[must_use]
    pub fn recorded(&self) -> Vec<Recorded> {
        lock(&self.recorded).clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
