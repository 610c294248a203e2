//! Looking whether somebody else changed the file, and telling about it in one line.
//! May not decide what is done about it: the store does that while it looks.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use crate::app::{Notice, NoticeKind, StoreEvent};
use crate::chat::external_changes::NoticeSeverity;
use crate::store::RefreshOutcome;

use crate::runtime::store_worker::{Job, StoreWorker};

impl StoreWorker {
    /// Where the folder cannot be watched, every reading is an occasion to look.
    pub(super) fn refresh_before_read(&mut self) {
        if let Ok(RefreshOutcome::Changed(Some(line))) = self.store.refresh((self.config.clock)()) {
            self.send_file_changed(Some(line));
        }
    }

    /// Several events for one change are one look.
    pub(super) fn refresh(&mut self, wishes: &Receiver<Job>) {
        let waiting = wishes.try_iter().filter(|wish| !matches!(wish, Job::Refresh));
        self.deferred_jobs.extend(waiting);
        match self.store.refresh((self.config.clock)()) {
            Ok(RefreshOutcome::Unchanged) => {}
            Ok(RefreshOutcome::Changed(line)) => self.send_file_changed(line),
            // Listing it says what is wrong with it.
            Err(_) => self.send_file_changed(None),
        }
    }

    /// Waits for the next wish. While nothing happens, what was done here becomes safe: that is
    /// looked at once, so that nothing of it is done again a day later.
    pub(super) fn wait_for_job(&mut self, wishes: &Receiver<Job>) -> Result<Job, RecvTimeoutError> {
        let Some(wait) = self.store.confirmation_wait() else {
            self.confirm_at = None;
            return wishes.recv().map_err(|_| RecvTimeoutError::Disconnected);
        };
        // Seconds are cut off, of two times.
        let wait = wait.saturating_add(Duration::from_secs(2));
        let at = *self.confirm_at.get_or_insert_with(|| Instant::now() + wait);
        wishes.recv_timeout(at.saturating_duration_since(Instant::now()))
    }

    /// Looks again where the wait is over.
    pub(super) fn confirm_if_due(&mut self, wishes: &Receiver<Job>) {
        if self.confirm_at.is_some_and(|at| at <= Instant::now()) {
            self.confirm_at = None;
            self.refresh(wishes);
        }
    }

    pub(super) fn send_file_changed(&mut self, line: Option<String>) {
        let kind = notice_kind(self.store.take_news_weight());
        let notice = line.map(|text| Notice { kind, text });
        self.send(StoreEvent::FileChanged(notice));
        self.doctor.run();
    }
}

/// How much a line of the store's wants to be seen: a loss stays until it was seen.
pub(super) const fn notice_kind(weight: NoticeSeverity) -> NoticeKind {
    match weight {
        NoticeSeverity::Info => NoticeKind::Info,
        NoticeSeverity::Loss => NoticeKind::Warning,
    }
}
