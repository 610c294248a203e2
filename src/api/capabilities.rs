//! What is known of one server: what earlier runs learned, and what this one does.
//! May not write it down; lessons are told as events.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::chat::{ResponseId, ServerCapabilities};

use crate::api::fallback::{RequestPart, RequestParts};

/// What was learned. Several replies learn at once; each step is one short lock.
#[derive(Debug, Default)]
pub struct Capabilities(Mutex<CapabilityState>);

#[derive(Debug, Default)]
struct CapabilityState {
    rejected: HashMap<String, RequestParts>,
    created_responses: HashSet<ResponseId>,
    models_without_storage: HashSet<String>,
    stores_nothing: bool,
}

impl Capabilities {
    /// What earlier runs learned.
    #[must_use]
    pub fn of(learned: &ServerCapabilities) -> Self {
        let mut refused: HashMap<String, RequestParts> = HashMap::new();
        for (model, part) in learned.refusals() {
            refused.entry(model.to_owned()).or_default().extend(RequestPart::from_parameter(part));
        }
        let stores_nothing = learned.stores_nothing();
        let state = CapabilityState { rejected: refused, stores_nothing, ..Default::default() };
        Self(Mutex::new(state))
    }

    /// What the server refuses for a model.
    #[must_use]
    pub fn rejected_parts(&self, model: &str) -> RequestParts {
        self.lock().rejected.get(model).cloned().unwrap_or_default()
    }

    /// The server refuses a part for a model.
    pub fn record_rejected_part(&self, model: &str, part: RequestPart) {
        self.lock().rejected.entry(model.to_owned()).or_default().insert(part);
    }

    /// Whether the server made this response a moment ago.
    #[must_use]
    pub fn has_created(&self, id: &ResponseId) -> bool {
        self.lock().created_responses.contains(id)
    }

    /// The server made this response.
    pub fn record_created(&self, id: ResponseId) {
        self.lock().created_responses.insert(id);
    }

    /// Whether the server forgets what it made.
    #[must_use]
    pub fn is_without_storage(&self, model: &str) -> bool {
        let state = self.lock();
        state.stores_nothing || state.models_without_storage.contains(model)
    }

    /// The server forgot what it had just made: some accounts may not store anything.
    pub fn record_without_storage(&self, model: &str) {
        self.lock().models_without_storage.insert(model.to_owned());
    }

    /// The account may not store anything, whatever the model.
    pub fn record_nothing_stored(&self) {
        self.lock().stores_nothing = true;
    }

    fn lock(&self) -> MutexGuard<'_, CapabilityState> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
