//! Carries the text of answers from the event loop into the journal: written several times a second,
//! synced once a second, because there may be thousands of deltas a second.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::chat::{TextDelta, TurnId};
use crate::runtime::turn_store::{self, SYNC_EVERY};
use crate::store::{Durability, Store};

use super::job::Job;

/// How long deltas may wait before they are written.
const WRITE_EVERY: Duration = Duration::from_millis(250);
/// The shortest time between two wake-ups of the store thread. It is shorter than `WRITE_EVERY`, for
/// which the thread goes on looking after it found a delta: none stays unseen.
const WAKE_EVERY: Duration = Duration::from_millis(200);

/// New text of the answer to one turn.
pub(super) type TurnDelta = (TurnId, TextDelta);

/// The event loop's end.
#[derive(Debug)]
pub(super) struct DeltaSender {
    deltas_tx: Sender<TurnDelta>,
    jobs_tx: Sender<Job>,
    last_wake: Option<Instant>,
}

impl DeltaSender {
    pub(super) fn new(jobs_tx: Sender<Job>) -> (Self, Receiver<TurnDelta>) {
        let (deltas_tx, deltas_rx) = channel();
        (Self { deltas_tx, jobs_tx, last_wake: None }, deltas_rx)
    }

    /// Sends a delta. Every job that is sent later is done after it.
    pub(super) fn send(&mut self, turn: TurnId, delta: TextDelta) {
        // The event loop itself notices that the store thread has ended.
        let _ = self.deltas_tx.send((turn, delta));
        if self.last_wake.is_none_or(|at| at.elapsed() >= WAKE_EVERY) {
            self.last_wake = Some(Instant::now());
            let _ = self.jobs_tx.send(Job::TakeDeltas);
        }
    }
}

/// The store thread's end. Its clones share the deltas: the store writes them while it waits for its lock.
#[derive(Debug, Clone)]
pub(super) struct DeltaJournal(Arc<Mutex<ReceivedDeltas>>);

#[derive(Debug)]
struct ReceivedDeltas {
    deltas_rx: Receiver<TurnDelta>,
    pending: Option<PendingDeltas>,
}

/// Since when deltas wait for what.
#[derive(Debug, Clone, Copy)]
struct PendingDeltas {
    unwritten_since: Instant,
    unsynced_since: Instant,
    last_received: Instant,
}

impl DeltaJournal {
    pub(super) fn new(deltas_rx: Receiver<TurnDelta>) -> Self {
        Self(Arc::new(Mutex::new(ReceivedDeltas { deltas_rx, pending: None })))
    }

    /// Takes the deltas that have arrived into the buffer of the journal.
    pub(super) fn take(&self, store: &mut Store) {
        self.received().take(store);
    }

    /// Writes what has waited long enough. Goes on until no delta came for `WRITE_EVERY`.
    pub(super) fn write_if_due(&self, store: &mut Store) {
        self.received().write_if_due(store);
    }

    /// How long until deltas have to be written; `None` while none wait.
    pub(super) fn time_until_due(&self) -> Option<Duration> {
        self.received().time_until_due()
    }

    fn received(&self) -> MutexGuard<'_, ReceivedDeltas> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ReceivedDeltas {
    fn time_until_due(&self) -> Option<Duration> {
        self.pending.map(|pending| WRITE_EVERY.saturating_sub(pending.unwritten_since.elapsed()))
    }

    fn take(&mut self, store: &mut Store) {
        for (turn, delta) in self.deltas_rx.try_iter() {
            turn_store::journal(store, &turn, &delta);
            let now = Instant::now();
            let first =
                PendingDeltas { unwritten_since: now, unsynced_since: now, last_received: now };
            self.pending.get_or_insert(first).last_received = now;
        }
    }

    fn write_if_due(&mut self, store: &mut Store) {
        if self.time_until_due() != Some(Duration::ZERO) {
            return;
        }
        self.take(store);
        let Some(pending) = &mut self.pending else { return };
        let now = Instant::now();
        pending.unwritten_since = now;
        if pending.unsynced_since.elapsed() < SYNC_EVERY {
            return store.flush(Durability::Written);
        }
        store.flush(Durability::Synced);
        pending.unsynced_since = now;
        if pending.last_received.elapsed() >= WRITE_EVERY {
            self.pending = None;
        }
    }
}
