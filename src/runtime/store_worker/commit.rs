//! Transactions: several changes that take effect together or not at all.
//! May not know how a change becomes bytes.

use crate::app::Stored;
use crate::chat::Change;
use crate::store::StoreError;

use super::Worker;

impl Worker {
    /// Makes changes as one transaction; one fact answers them.
    pub(super) fn commit(&mut self, changes: &[Change]) {
        let fact = match self.apply_all(changes) {
            Ok(()) => Stored::committed(changes),
            Err(error) => Stored::not_committed(changes, error.to_failure()),
        };
        self.say(fact);
    }

    /// Applies changes together, in one write.
    pub(super) fn apply_all(&mut self, changes: &[Change]) -> Result<(), StoreError> {
        self.store.apply_all(changes, (self.disk.clock)()).map(|_| ())
    }
}
