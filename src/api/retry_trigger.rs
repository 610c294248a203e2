//! Ends the pause before a request is sent again.

use std::sync::Arc;

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

/// Ends the pause before a request is sent again.
#[derive(Debug, Clone, Default)]
pub struct RetryTrigger(Arc<Notify>);

impl RetryTrigger {
    /// Sends the request now; without a pause under way nothing happens.
    pub fn fire(&self) {
        self.0.notify_waiters();
    }

    /// Is ready once the pause is to end.
    pub(super) fn wait(&self) -> Notified<'_> {
        self.0.notified()
    }
}
