//! What was found in an object, key by key, and which keys it has.
//! May not judge anything.

use std::collections::BTreeMap;

use crate::store::records::verdict::finding::Finding;

/// What was found under each key; where one stands twice, the last counts.
pub(super) type FindingsByKey = BTreeMap<String, Vec<Finding>>;

/// Which keys an object has.
#[derive(Debug, Default)]
pub(super) struct PresentKeys(Vec<String>);

impl PresentKeys {
    pub(super) fn insert(&mut self, key: &str) {
        if !self.contains(key) {
            self.0.push(key.to_owned());
        }
    }

    pub(super) fn contains(&self, key: &str) -> bool {
        self.0.iter().any(|known| known == key)
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// What was found under a key, in the place of what was found under it before.
pub(super) fn set_findings(slots: &mut FindingsByKey, key: String, found: Vec<Finding>) {
    if found.is_empty() {
        slots.remove(&key);
    } else {
        slots.insert(key, found);
    }
}
