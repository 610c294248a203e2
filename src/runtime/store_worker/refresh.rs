//! Looks whether another program changed the chats file, and reports it in one line.

use std::time::{Duration, Instant};

use crate::app::{Notice, NoticeKind, StoreEvent};
use crate::chat::external_changes::NoticeSeverity;
use crate::runtime::clock;
use crate::store::RefreshOutcome;

use super::worker::StoreWorker;

impl StoreWorker {
    /// Refreshes before a read: the folder may be one that cannot be watched.
    pub(super) fn refresh_before_read(&mut self) {
        if let Ok(RefreshOutcome::Changed(Some(line))) = self.store.refresh(clock::now()) {
            self.send_file_changed(Some(line));
        }
    }

    pub(super) fn refresh(&mut self) {
        self.jobs.drop_refreshes();
        match self.store.refresh(clock::now()) {
            Ok(RefreshOutcome::Unchanged) => {}
            Ok(RefreshOutcome::Changed(line)) => self.send_file_changed(line),
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

    pub(super) fn send_file_changed(&mut self, line: Option<String>) {
        let kind = notice_kind(self.store.take_notice_severity());
        self.send(StoreEvent::FileChanged(line.map(|text| Notice { kind, text })));
        self.doctor.run();
    }
}

/// A notice about a loss is a warning, which stays until a key is pressed.
pub(super) const fn notice_kind(severity: NoticeSeverity) -> NoticeKind {
    match severity {
        NoticeSeverity::Info => NoticeKind::Info,
        NoticeSeverity::Loss => NoticeKind::Warning,
    }
}
