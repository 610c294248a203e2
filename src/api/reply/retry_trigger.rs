//! A trigger that ends the pause before a request is repeated.

use std::sync::Arc;

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

/// Ends the pause before a request is repeated; clones share the trigger.
#[derive(Debug, Clone, Default)]
pub struct RetryTrigger(Arc<Notify>);

impl RetryTrigger {
    /// Ends the current pause; does nothing without one.
    pub fn fire(&self) {
        self.0.notify_waiters();
    }

    /// Completes when the trigger fires.
    pub(in crate::api) fn wait(&self) -> Notified<'_> {
        self.0.notified()
    }
}
