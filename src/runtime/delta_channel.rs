//! Pieces of answers on their way to the disk's thread, which is woken a few times a second for them.
//! Must not hold anything back: what is sent here lies where the thread takes it.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use crate::chat::{TextDelta, TurnId};

use super::store_worker::Job;

/// How often the thread is woken at most. It goes on looking by itself for longer than this after
/// it was woken or found something, so nothing lies there unseen.
const WAKE_EVERY: Duration = Duration::from_millis(200);

/// What came of one answer.
pub type TurnDelta = (TurnId, TextDelta);

/// The sending end.
#[derive(Debug)]
pub struct DeltaSender {
    deltas: Sender<TurnDelta>,
    jobs_tx: Sender<Job>,
    last_wake: Option<Instant>,
}

impl DeltaSender {
    /// A way to the thread that takes these wishes, and its other end.
    #[must_use]
    pub fn new(wishes: Sender<Job>) -> (Self, Receiver<TurnDelta>) {
        let (deltas, received) = channel();
        (Self { deltas, jobs_tx: wishes, last_wake: None }, received)
    }

    /// Sends a delta. Whatever is wished afterwards is done after it.
    pub fn send(&mut self, turn: TurnId, delta: TextDelta) {
        // The thread ends only after everything; without it there is nobody to be told.
        let _ = self.deltas.send((turn, delta));
        if self.last_wake.is_none_or(|at| at.elapsed() >= WAKE_EVERY) {
            self.last_wake = Some(Instant::now());
            let _ = self.jobs_tx.send(Job::TakeDeltas);
        }
    }
}
