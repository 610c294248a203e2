//! What is known of one server: what earlier runs learned, and what this one does.
//! May not write it down; lessons are told as events.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::chat::{Learned, ResponseId};

use super::degrade::{Part, Parts};

/// What was learned. Several replies learn at once; each step is one short lock.
#[derive(Debug, Default)]
pub struct Memory(Mutex<Known>);

#[derive(Debug, Default)]
struct Known {
    refused: HashMap<String, Parts>,
    made: HashSet<ResponseId>,
    forgetful: HashSet<String>,
}

impl Memory {
    /// What earlier runs learned.
    #[must_use]
    pub fn of(learned: &Learned) -> Self {
        let mut refused: HashMap<String, Parts> = HashMap::new();
        for (model, part) in learned.refusals() {
            refused.entry(model.to_owned()).or_default().extend(Part::named(part));
        }
        Self(Mutex::new(Known { refused, ..Known::default() }))
    }

    /// What the server refuses for a model.
    #[must_use]
    pub fn refused(&self, model: &str) -> Parts {
        self.known().refused.get(model).cloned().unwrap_or_default()
    }

    /// The server refuses a part for a model.
    pub fn refuse(&self, model: &str, part: Part) {
        self.known().refused.entry(model.to_owned()).or_default().insert(part);
    }

    /// Whether the server made this response a moment ago.
    #[must_use]
    pub fn made(&self, id: &ResponseId) -> bool {
        self.known().made.contains(id)
    }

    /// The server made this response.
    pub fn remember(&self, id: ResponseId) {
        self.known().made.insert(id);
    }

    /// Whether the server forgets what it made.
    #[must_use]
    pub fn is_forgetful(&self, model: &str) -> bool {
        self.known().forgetful.contains(model)
    }

    /// The server forgot what it had just made: some accounts may not store anything.
    pub fn forget(&self, model: &str) {
        self.known().forgetful.insert(model.to_owned());
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
