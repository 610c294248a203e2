//! Transactions: several changes that take effect together or not at all.
//! May not know how a change becomes bytes.

use crate::app::StoreEvent;
use crate::chat::Change;
use crate::store::StoreError;

use super::StoreWorker;

impl StoreWorker {
    /// Makes changes as one transaction; one fact answers them.
    pub(super) fn commit(&mut self, changes: &[Change]) {
        let fact = match self.apply_all(changes) {
            Ok(()) => StoreEvent::from_commit(changes),
            Err(error) => StoreEvent::from_failed_commit(changes, error.to_failure()),
        };
        self.send(fact);
    }

    /// Applies changes together, in one write.
    pub(super) fn apply_all(&mut self, changes: &[Change]) -> Result<(), StoreError> {
        self.store.apply_all(changes, (self.config.clock)()).map(|_| ())
    }
}
