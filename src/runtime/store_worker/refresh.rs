//! Looks whether another program changed the chats file, and reports it in one line.

use std::time::{Duration, Instant};

use crate::app::StoreEvent;
use crate::chat::FileNotice;
use crate::runtime::clock;
use crate::store::RefreshOutcome;

use super::worker::StoreWorker;

impl StoreWorker {
    /// Refreshes before a read: the folder may be one that cannot be watched.
    pub(super) fn refresh_before_read(&mut self) {
        // A store that cannot write down which version it has seen calls the same one changed each time, and
        // what the window reads then would lead here again.
        let is_new = self.store.has_changed_on_disk();
        if let Ok(RefreshOutcome::Changed(notice)) = self.store.refresh(clock::now())
            && (is_new || notice.is_some())
        {
            self.send_file_changed(notice);
        }
    }

    pub(super) fn refresh(&mut self) {
        self.jobs.drop_refreshes();
        match self.store.refresh(clock::now()) {
            Ok(RefreshOutcome::Unchanged) => {}
            Ok(RefreshOutcome::Changed(notice)) => self.send_file_changed(notice),
            // The event loop lists the file then, which reports the error.
            Err(_) => self.send_file_changed(None),
        }
    }

    /// How long until changes made here may be beyond the reach of a stale writer; `None` when
    /// there are none to confirm.
    pub(super) fn time_until_confirmation(&mut self) -> Option<Duration> {
        let Some(wait) = self.store.confirmation_wait() else {
            self.confirm_at = None;
            return None;
        };
        // Both ends of the wait are times in whole seconds.
        let wait = wait.saturating_add(Duration::from_secs(2));
        let at = *self.confirm_at.get_or_insert_with(|| Instant::now() + wait);
        Some(at.saturating_duration_since(Instant::now()))
    }

    /// Refreshes when the wait is over, which confirms changes: unconfirmed, they would be
    /// reapplied after a foreign save a day later.
    pub(super) fn confirm_if_due(&mut self) {
        if self.confirm_at.is_some_and(|at| at <= Instant::now()) {
            self.confirm_at = None;
            self.refresh();
        }
    }

    pub(super) fn send_file_changed(&mut self, notice: Option<FileNotice>) {
        self.send(StoreEvent::FileChanged(notice));
        self.doctor.run();
    }
}
