//! What is known about one server in memory. Changes are sent as events; the store saves them.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::chat::{ResponseId, ServerCapabilities};

use crate::api::request::rejected_parts::{RequestPart, RequestParts};

/// What is known about one server, shared by concurrent replies.
#[derive(Debug, Default)]
pub struct Capabilities(Mutex<CapabilityState>);

#[derive(Debug, Default)]
struct CapabilityState {
    rejected: HashMap<String, RequestParts>,
    created_responses: HashSet<ResponseId>,
    models_without_storage: HashSet<String>,
    is_without_responses: bool,
    stores_nothing: bool,
}

impl Capabilities {
    /// Creates it from what earlier runs saved.
    #[must_use]
    pub fn of(saved: &ServerCapabilities) -> Self {
        let mut rejected: HashMap<String, RequestParts> = HashMap::new();
        for (model, part) in saved.refusals() {
            rejected.entry(model.to_owned()).or_default().extend(RequestPart::from_parameter(part));
        }
        let state = CapabilityState {
            rejected,
            is_without_responses: saved.is_without_responses(),
            stores_nothing: saved.stores_nothing(),
            ..Default::default()
        };
        Self(Mutex::new(state))
    }

    /// The request parts the server rejects for a model.
    #[must_use]
    pub fn rejected_parts(&self, model: &str) -> RequestParts {
        self.lock().rejected.get(model).cloned().unwrap_or_default()
    }

    /// Records that the server rejects a part for a model.
    pub fn record_rejected_part(&self, model: &str, part: RequestPart) {
        self.lock().rejected.entry(model.to_owned()).or_default().insert(part);
    }

    /// Tells whether the server created this response during this run.
    #[must_use]
    pub fn has_created(&self, id: &ResponseId) -> bool {
        self.lock().created_responses.contains(id)
    }

    /// Records that the server created this response.
    pub fn record_created(&self, id: ResponseId) {
        self.lock().created_responses.insert(id);
    }

    /// Tells whether the server does not store responses of a model.
    #[must_use]
    pub fn is_without_storage(&self, model: &str) -> bool {
        let state = self.lock();
        state.stores_nothing || state.models_without_storage.contains(model)
    }

    /// Records that the server does not store responses: some accounts have zero data retention.
    pub fn record_without_storage(&self, model: &str) {
        self.lock().models_without_storage.insert(model.to_owned());
    }

    /// Tells whether the server has no Responses API.
    #[must_use]
    pub fn is_without_responses(&self) -> bool {
        self.lock().is_without_responses
    }

    /// Records that the server has no Responses API.
    pub fn record_without_responses(&self) {
        self.lock().is_without_responses = true;
    }

    /// The account may not store anything, whatever the model.
    pub fn record_nothing_stored(&self) {
        self.lock().stores_nothing = true;
    }

    fn lock(&self) -> MutexGuard<'_, CapabilityState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
