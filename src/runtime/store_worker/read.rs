//! Jobs that only read: the list, one conversation, usage, the log.

use crate::app::StoreEvent;
use crate::chat::{ConversationId, UsageReport};
use crate::runtime::{clock, log};
use crate::store::Extent;

use super::worker::StoreWorker;

impl StoreWorker {
    pub(super) fn list(&mut self) {
        self.refresh_before_read();
        match self.store.list() {
            Ok(rows) => self.rows.send_rows(&mut self.store, rows),
            Err(error) => {
                self.send(StoreEvent::NotListed(error.to_failure()));
                self.rows.send_last_marks(&mut self.store);
            }
        }
    }

    pub(super) fn open(&mut self, id: ConversationId, extent: Extent) {
        self.refresh_before_read();
        match self.load(&id, extent) {
            Ok(opened) => self.send(StoreEvent::Opened(opened)),
            Err(error) => self.send(StoreEvent::NotOpened { id, failure: error.to_failure() }),
        }
    }

    /// Sums up the tokens of all answers, and those of one conversation where it is given.
    pub(super) fn count_usage(&self, chat: Option<&ConversationId>) {
        let records = self.store.answer_records();
        let of_chat = chat.map(|id| records.records(id));
        let periods = clock::periods(clock::now());
        let report = UsageReport::of(of_chat.as_deref(), &records.all_records(), periods);
        self.send(StoreEvent::UsageCounted(Box::new(report)));
    }

    pub(super) fn read_log(&self) {
        self.send(StoreEvent::LogRead(log::read_tail(&self.config.log_file)));
    }
}
