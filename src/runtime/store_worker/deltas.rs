//! Writing down what came of answers: a few times a second, and onto the disk once a second.
//! Must not be asked more often: there may be thousands of pieces a second.

use std::time::{Duration, Instant};

use crate::runtime::turn_store;
use crate::store::Durability;

use super::StoreWorker;

/// How long deltas may wait before they are written.
const WRITE_EVERY: Duration = Duration::from_millis(250);
/// How long they may wait before they are on the disk.
const SYNC_EVERY: Duration = Duration::from_secs(1);

/// Since when deltas wait for what.
#[derive(Debug, Clone, Copy)]
pub(super) struct PendingDeltas {
    /// Something waits to be written.
    unwritten_since: Instant,
    /// Something waits to be on the disk.
    unsynced_since: Instant,
    /// The last delta was taken.
    last_received: Instant,
}

impl PendingDeltas {
    /// How long until something is to be written.
    pub(super) fn time_until_due(&self) -> Duration {
        WRITE_EVERY.saturating_sub(self.unwritten_since.elapsed())
    }
}

impl StoreWorker {
    /// Takes the deltas there are.
    pub(super) fn take_deltas(&mut self) {
        for (turn, delta) in self.deltas.try_iter() {
            turn_store::journal(&mut self.store, &turn, &delta);
            let now = Instant::now();
            let new =
                PendingDeltas { unwritten_since: now, unsynced_since: now, last_received: now };
            self.pending_deltas.get_or_insert(new).last_received = now;
        }
    }

    /// Writes what has waited long enough. Goes on looking until nothing came for a while.
    pub(super) fn write_if_due(&mut self) {
        let Some(since) = self.pending_deltas.filter(|since| since.time_until_due().is_zero())
        else {
            return;
        };
        self.take_deltas();
        let taken = self.pending_deltas.map_or(since.last_received, |it| it.last_received);
        let now = Instant::now();
        if since.unsynced_since.elapsed() < SYNC_EVERY {
            self.store.flush(Durability::Written);
            self.pending_deltas =
                Some(PendingDeltas { unwritten_since: now, last_received: taken, ..since });
            return;
        }
        self.store.flush(Durability::Synced);
        let goes_on = taken.elapsed() < WRITE_EVERY;
        self.pending_deltas = goes_on.then_some(PendingDeltas {
            unwritten_since: now,
            unsynced_since: now,
            last_received: taken,
        });
    }
}
