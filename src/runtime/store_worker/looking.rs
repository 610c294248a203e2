//! Looking whether somebody else changed the file, and telling about it in one line.
//! May not decide what is done about it: the store does that while it looks.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

use crate::app::{Notice, NoticeKind, Stored};
use crate::chat::news::Weight;
use crate::store::Look;

use super::{Wish, Worker};

impl Worker {
    /// Where the folder cannot be watched, every reading is an occasion to look.
    pub(super) fn look_first(&mut self) {
        if let Ok(Look::Changed(Some(line))) = self.store.look_again((self.disk.clock)()) {
            self.file_changed(Some(line));
        }
    }

    /// Several events for one change are one look.
    pub(super) fn look_again(&mut self, wishes: &Receiver<Wish>) {
        let waiting = wishes.try_iter().filter(|wish| !matches!(wish, Wish::LookAgain));
        self.put_off.extend(waiting);
        match self.store.look_again((self.disk.clock)()) {
            Ok(Look::Same) => {}
            Ok(Look::Changed(line)) => self.file_changed(line),
            // Listing it says what is wrong with it.
            Err(_) => self.file_changed(None),
        }
    }

    /// Waits for the next wish. While nothing happens, what was done here becomes safe: that is
    /// looked at once, so that nothing of it is done again a day later.
    pub(super) fn rest(&mut self, wishes: &Receiver<Wish>) -> Result<Wish, RecvTimeoutError> {
        let Some(wait) = self.store.waits_for() else {
            self.settles_at = None;
            return wishes.recv().map_err(|_| RecvTimeoutError::Disconnected);
        };
        // Seconds are cut off, of two times.
        let wait = wait.saturating_add(Duration::from_secs(2));
        let at = *self.settles_at.get_or_insert_with(|| Instant::now() + wait);
        wishes.recv_timeout(at.saturating_duration_since(Instant::now()))
    }

    /// Looks again where the wait is over.
    pub(super) fn settle_if_due(&mut self, wishes: &Receiver<Wish>) {
        if self.settles_at.is_some_and(|at| at <= Instant::now()) {
            self.settles_at = None;
            self.look_again(wishes);
        }
    }

    pub(super) fn file_changed(&mut self, line: Option<String>) {
        let kind = kind(self.store.take_weight());
        let notice = line.map(|text| Notice { kind, text });
        self.say(Stored::FileChanged(notice));
        self.checkup.again();
    }
}

/// How much a line of the store's wants to be seen: a loss stays until it was seen.
pub(super) const fn kind(weight: Weight) -> NoticeKind {
    match weight {
        Weight::Calm => NoticeKind::Info,
        Weight::Loss => NoticeKind::Warning,
    }
}
