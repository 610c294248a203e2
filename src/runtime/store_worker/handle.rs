//! The handle the event loop has of the store thread: sends it jobs and notices when it ends.

use std::convert::Infallible;
use std::io;
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{Builder, JoinHandle};

use tokio::sync::mpsc as async_mpsc;

use crate::app::{SessionEffect, StoreEffect};
use crate::chat::{TextDelta, TurnId};
use crate::runtime::exit::LoopFailure;

use super::deltas::{DeltaJournal, DeltaSender};
use super::job::{Job, JobQueue};

/// Dropping the handle closes the store and waits until everything is on the disk.
#[derive(Debug)]
pub(in crate::runtime) struct StoreHandle {
    jobs_tx: Sender<Job>,
    deltas: DeltaSender,
    thread: Option<JoinHandle<()>>,
    /// Nothing is ever sent; the other end is dropped when the thread ends, panics included.
    alive_rx: async_mpsc::Receiver<Infallible>,
}

/// The store thread's ends of the channels.
#[derive(Debug)]
pub(super) struct StoreInbox {
    pub(super) jobs: JobQueue,
    pub(super) deltas: DeltaJournal,
    /// For the watches, which ask the thread to look at a file.
    pub(super) jobs_tx: Sender<Job>,
}

impl StoreHandle {
    /// Starts the store thread with its work.
    ///
    /// # Errors
    /// When the system cannot start a thread.
    pub(super) fn start(work: impl FnOnce(StoreInbox) + Send + 'static) -> io::Result<Self> {
        let (jobs_tx, jobs_rx): (_, Receiver<Job>) = mpsc::channel();
        let (deltas, deltas_rx) = DeltaSender::new(jobs_tx.clone());
        let (alive_tx, alive_rx) = async_mpsc::channel(1);
        let inbox = StoreInbox {
            jobs: JobQueue::new(jobs_rx),
            deltas: DeltaJournal::new(deltas_rx),
            jobs_tx: jobs_tx.clone(),
        };
        let thread = Builder::new().name("store".into()).spawn(move || {
            let _alive_tx = alive_tx;
            work(inbox);
        })?;
        Ok(Self { jobs_tx, deltas, thread: Some(thread), alive_rx })
    }

    /// Passes an effect on to the store thread.
    pub(in crate::runtime) fn perform(&self, effect: StoreEffect) {
        self.send(Job::Perform(Box::new(effect)));
    }

    /// Passes an effect for the files of the session on, in order with those for the store.
    pub(in crate::runtime) fn perform_session(&self, effect: SessionEffect) {
        self.send(Job::PerformSession(Box::new(effect)));
    }

    /// Passes new text of an answer on.
    pub(in crate::runtime) fn journal(&mut self, turn: TurnId, delta: TextDelta) {
        self.deltas.send(turn, delta);
    }

    fn send(&self, job: Job) {
        // A thread that has ended too early ends the event loop.
        let _ = self.jobs_tx.send(job);
    }

    /// Ends the thread once it has done every job sent before.
    pub(in crate::runtime) fn close(&self) {
        self.send(Job::Close);
    }

    /// Waits until the thread has ended, on request or by a panic.
    pub(in crate::runtime) async fn wait_for_end(&mut self) {
        while self.alive_rx.recv().await.is_some() {}
    }

    /// Blocks until the thread has ended; returns a failure if it panicked. The panic hook has
    /// logged the panic.
    pub(in crate::runtime) fn join(&mut self) -> Option<LoopFailure> {
        let ended = self.thread.take()?.join();
        ended.err().map(|_| LoopFailure::StoreThread)
    }
}

impl Drop for StoreHandle {
    fn drop(&mut self) {
        self.close();
        let _ = self.join();
    }
}
