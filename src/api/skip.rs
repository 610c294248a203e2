//! Ends the pause before a request is sent again.

use std::sync::Arc;

use tokio::sync::Notify;
use tokio::sync::futures::Notified;

/// Ends the pause before a request is sent again.
#[derive(Debug, Clone, Default)]
pub struct Skip(Arc<Notify>);

impl Skip {
    /// Sends the request now; without a pause under way nothing happens.
    pub fn now(&self) {
        self.0.notify_waiters();
    }

    /// Is ready once the pause is to end.
    pub(super) fn requested(&self) -> Notified<'_> {
        self.0.notified()
    }
}
