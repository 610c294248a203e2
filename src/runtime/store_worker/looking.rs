//! Looking whether somebody else changed the file, and telling about it in one line.
//! May not decide what is done about it: the store does that while it looks.

use std::sync::mpsc::Receiver;

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
