//! The handle the event loop has of the store thread: sends it jobs and notices when it ends.

use std::io;
use std::sync::mpsc::{self, Receiver, Sender};

use crate::app::StoreEffect;
use crate::runtime::event_sender::EventSender;
use crate::runtime::exit::LoopFailure;
use crate::runtime::session_files::SharedDrafts;

use super::deltas::{DeltaJournal, DeltaSender};
use super::draft_saver::DraftSaver;
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
        let drafts = DraftSaver::start(drafts, events, jobs_tx.clone())?;
        let thread = WatchedThread::start("store", move || work(inbox))?;
        Ok(Self { jobs_tx, deltas, drafts, thread })
    }

    /// Passes an effect on to the store thread.
    pub(in crate::runtime) fn perform(&mut self, effect: StoreEffect) {
        match effect {
            StoreEffect::JournalDelta { turn, delta } => self.deltas.send(turn, delta),
            StoreEffect::SaveDraft { conversation, draft } => self.drafts.save(conversation, draft),
            // A thread that has ended too early ends the event loop.
            effect => {
                let _ = self.jobs_tx.send(Job::Perform(Box::new(effect)));
            }
        }
    }

    /// Ends the threads once they have done everything sent before.
    pub(in crate::runtime) fn close(&mut self) {
        self.drafts.close();
        let _ = self.jobs_tx.send(Job::Close);
    }

    /// Waits until the store thread has ended, on request or by a panic.
    pub(in crate::runtime) async fn wait_for_end(&mut self) {
        self.thread.wait_for_end().await;
    }

    /// Waits until the store thread has ended, and every draft is saved.
    pub(in crate::runtime) async fn wait_for_both(&mut self) {
        self.thread.wait_for_end().await;
        self.drafts.thread.wait_for_end().await;
    }

    /// Blocks until the threads have ended; returns a failure if the store thread panicked. The panic
    /// hook has logged the panic.
    pub(in crate::runtime) fn join(&mut self) -> Option<LoopFailure> {
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
