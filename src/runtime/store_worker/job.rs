//! What the store thread is asked to do, and the queue it takes this from.

use std::collections::VecDeque;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::Duration;

use crate::app::{SessionEffect, StoreEffect};

/// One task for the store thread.
#[derive(Debug)]
pub(super) enum Job {
    Perform(Box<StoreEffect>),
    PerformSession(Box<SessionEffect>),
    /// Take the deltas that wait in their own channel.
    TakeDeltas,
    /// The folder watch saw a change of the chats file.
    Refresh,
    /// The folder watch saw a change of the presets file.
    RefreshPresets,
    /// Sync the journal and end the thread.
    Close,
}

/// The jobs that wait, in the order they were sent.
#[derive(Debug)]
pub(super) struct JobQueue {
    jobs_rx: Receiver<Job>,
    /// Jobs taken out of the channel before their turn.
    deferred: VecDeque<Job>,
}

impl JobQueue {
    pub(super) const fn new(jobs_rx: Receiver<Job>) -> Self {
        Self { jobs_rx, deferred: VecDeque::new() }
    }

    /// Takes the next job; waits for it no longer than `limit`, or without a limit when unset.
    pub(super) fn next(&mut self, limit: Option<Duration>) -> Result<Job, RecvTimeoutError> {
        if let Some(job) = self.deferred.pop_front() {
            return Ok(job);
        }
        match limit {
            Some(limit) => self.jobs_rx.recv_timeout(limit),
            None => self.jobs_rx.recv().map_err(|_| RecvTimeoutError::Disconnected),
        }
    }

    /// Drops the refreshes in the channel: one save of another program makes several events.
    pub(super) fn drop_refreshes(&mut self) {
        self.deferred.extend(self.jobs_rx.try_iter().filter(|job| !matches!(job, Job::Refresh)));
    }
}
