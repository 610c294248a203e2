//! The handle the event loop has of the store thread: sends it jobs and notices when it ends.

use std::io;
use std::sync::mpsc::{self, Receiver, Sender};

use crate::app::{SessionEffect, StoreEffect};
use crate::chat::{TextDelta, TurnId};
use crate::runtime::event_sender::EventSender;
use crate::runtime::exit::LoopFailure;
use crate::runtime::session_files::SharedDrafts;

use super::deltas::{DeltaJournal, DeltaSender};
use super::draft_saver::{DraftJob, DraftSaver};
use super::job::{Job, JobQueue};
use super::watched_thread::WatchedThread;

/// Dropping the handle closes the store and waits until everything is on the disk.
#[derive(Debug)]
pub(in crate::runtime) struct StoreHandle {
    jobs_tx: Sender<Job>,
    deltas: DeltaSender,
    drafts: DraftSaver,
    thread: WatchedThread,
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
    /// Starts the store thread with its work, and the thread that saves drafts.
    ///
    /// # Errors
    /// When the system cannot start a thread.
    pub(super) fn start(
        drafts: SharedDrafts,
        events: EventSender,
        work: impl FnOnce(StoreInbox) + Send + 'static,
    ) -> io::Result<Self> {
        let (jobs_tx, jobs_rx): (_, Receiver<Job>) = mpsc::channel();
        let (deltas, deltas_rx) = DeltaSender::new(jobs_tx.clone());
        let inbox = StoreInbox {
            jobs: JobQueue::new(jobs_rx),
            deltas: DeltaJournal::new(deltas_rx),
            jobs_tx: jobs_tx.clone(),
        };
        let drafts = DraftSaver::start(drafts, events)?;
        let thread = WatchedThread::start("store", move || work(inbox))?;
        Ok(Self { jobs_tx, deltas, drafts, thread })
    }

    /// Passes an effect on to the store thread.
    pub(in crate::runtime) fn perform(&self, effect: StoreEffect) {
        self.send(Job::Perform(Box::new(effect)));
    }

    /// Passes an effect for the files of the session on, in order with those for the store; only drafts
    /// do not wait for it.
    pub(in crate::runtime) fn perform_session(&self, effect: SessionEffect) {
        match effect {
            SessionEffect::SaveDraft { conversation, draft } => {
                self.drafts.send(DraftJob::Save(conversation, draft));
            }
            SessionEffect::MarkDraftsRead => self.drafts.send(DraftJob::MarkRead),
            effect => self.send(Job::PerformSession(Box::new(effect))),
        }
    }

    /// Passes new text of an answer on.
    pub(in crate::runtime) fn journal(&mut self, turn: TurnId, delta: TextDelta) {
        self.deltas.send(turn, delta);
    }

    fn send(&self, job: Job) {
        // A thread that has ended too early ends the event loop.
        let _ = self.jobs_tx.send(job);
    }

    /// Ends the threads once they have done everything sent before.
    pub(in crate::runtime) fn close(&mut self) {
        self.drafts.close();
        self.send(Job::Close);
    }

    /// Waits until the store thread has ended, on request or by a panic.
    pub(in crate::runtime) async fn wait_for_end(&mut self) {
        self.thread.wait_for_end().await;
    }

    /// Waits until every draft is saved.
    pub(in crate::runtime) async fn wait_for_drafts(&mut self) {
        self.drafts.close();
        self.drafts.thread.wait_for_end().await;
    }

    /// Blocks until the threads have ended; returns a failure if the store thread panicked. The panic
    /// hook has logged the panic.
    pub(in crate::runtime) fn join(&mut self) -> Option<LoopFailure> {
        self.drafts.close();
        let _ = self.drafts.thread.join();
        self.thread.join().err().map(|_| LoopFailure::StoreThread)
    }
}

impl Drop for StoreHandle {
    fn drop(&mut self) {
        self.close();
        let _ = self.join();
    }
}
