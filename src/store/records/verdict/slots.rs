//! What was found in an object, key by key, and which keys it has.
//! May not judge anything.

use std::collections::BTreeMap;

use super::finding::Finding;

/// What was found under each key; where one stands twice, the last counts.
pub(super) type Slots = BTreeMap<String, Vec<Finding>>;

/// Which keys an object has.
#[derive(Debug, Default)]
pub(super) struct Has(Vec<String>);

impl Has {
    pub(super) fn saw(&mut self, key: &str) {
        if !self.has(key) {
            self.0.push(key.to_owned());
        }
    }

    pub(super) fn has(&self, key: &str) -> bool {
        self.0.iter().any(|known| known == key)
    }

    pub(super) const fn none(&self) -> bool {
        self.0.is_empty()
    }
}

/// What was found under a key, in the place of what was found under it before.
pub(super) fn put(slots: &mut Slots, key: String, found: Vec<Finding>) {
    if found.is_empty() {
        slots.remove(&key);
    } else {
        slots.insert(key, found);
    }
}
