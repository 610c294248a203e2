//! Writing growing answers down: a few times a second, and onto the disk once a second.
//! May not be asked more often: there may be thousands of pieces a second.

use std::time::{Duration, Instant};

use crate::app::StoreEffect;
use crate::store::Durability;

use super::Worker;

/// How long growing answers may wait before they are written.
const WRITE_EVERY: Duration = Duration::from_millis(250);
/// How long they may wait before they are on the disk.
const SYNC_EVERY: Duration = Duration::from_secs(1);

/// Since when what happened to growing answers.
#[derive(Debug, Clone, Copy)]
pub(super) struct Unwritten {
    /// Something waits to be written.
    written: Instant,
    /// Something waits to be on the disk.
    synced: Instant,
    /// The last piece was taken.
    taken: Instant,
}

impl Unwritten {
    /// How long until something is to be written.
    pub(super) fn left(&self) -> Duration {
        WRITE_EVERY.saturating_sub(self.written.elapsed())
    }
}

impl Worker {
    /// Takes the pieces there are.
    pub(super) fn take_growth(&mut self) {
        for piece in self.growth.try_iter() {
            match piece {
                StoreEffect::ReplaceAnswer { turn, text } => {
                    self.store.replace_answer(&turn, &text);
                }
                StoreEffect::GrowAnswer { turn, text } => self.store.grow_answer(&turn, &text),
                // Nothing else is sent this way.
                _ => continue,
            }
            let now = Instant::now();
            let new = Unwritten { written: now, synced: now, taken: now };
            self.unwritten.get_or_insert(new).taken = now;
        }
    }

    /// Writes what has waited long enough. Goes on looking until nothing came for a while.
    pub(super) fn write_if_due(&mut self) {
        let Some(since) = self.unwritten.filter(|since| since.left().is_zero()) else {
            return;
        };
        self.take_growth();
        let taken = self.unwritten.map_or(since.taken, |it| it.taken);
        let now = Instant::now();
        if since.synced.elapsed() < SYNC_EVERY {
            self.store.flush(Durability::Written);
            self.unwritten = Some(Unwritten { written: now, taken, ..since });
            return;
        }
        self.store.flush(Durability::Synced);
        let goes_on = taken.elapsed() < WRITE_EVERY;
        self.unwritten = goes_on.then_some(Unwritten { written: now, synced: now, taken });
    }
}
