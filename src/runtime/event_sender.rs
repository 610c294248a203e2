//! Sends what the store and the session files report to the event loop.

use tokio::sync::mpsc::Sender;

use crate::app::{Msg, Notice, NoticeKind, StoreEvent};
use crate::chat::Failure;

/// Sends store events from threads; the event loop receives them as messages.
#[derive(Debug, Clone)]
pub(super) struct EventSender(Sender<Msg>);

impl EventSender {
    pub(super) const fn new(msg_tx: Sender<Msg>) -> Self {
        Self(msg_tx)
    }

    /// Blocks while the loop's channel is full; drops the event when the program is ending.
    pub(super) fn send(&self, event: StoreEvent) {
        let _ = self.0.blocking_send(Msg::Store(event));
    }

    /// Reports that something was done which concerns no particular conversation.
    pub(super) fn send_notice(&self, text: String) {
        let notice = Notice { kind: NoticeKind::Info, text };
        self.send(StoreEvent::Notice(notice));
    }

    /// Reports that something could not be done which concerns no particular conversation.
    pub(super) fn send_failure(&self, failure: Failure) {
        self.send(StoreEvent::Failed(failure));
    }
}
