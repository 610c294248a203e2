//! Saves drafts on a thread of its own: what is being written waits neither for a large file that is read
//! nor for the lock of another terminal.

use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::app::StoreEvent;
use crate::chat::{ConversationId, Draft, Failure, FailureKind};
use crate::runtime::event_sender::EventSender;
use crate::runtime::session_files::{self, SharedDrafts};

use super::watched_thread::WatchedThread;

/// Something to do about the drafts.
#[derive(Debug)]
pub(super) enum DraftJob {
    /// Save that of a conversation; `None` is the new one.
    Save(Option<ConversationId>, Draft),
    /// Record that those of earlier runs were read.
    MarkRead,
}

/// The thread, as the event loop sees it.
#[derive(Debug)]
pub(super) struct DraftSaver {
    /// Closing it ends the thread once everything is saved.
    jobs_tx: Option<Sender<DraftJob>>,
    pub(super) thread: WatchedThread,
}

impl DraftSaver {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system cannot start a thread.
    pub(super) fn start(drafts: SharedDrafts, events: EventSender) -> io::Result<Self> {
        let (jobs_tx, jobs_rx) = channel();
        let thread = WatchedThread::start("drafts", move || {
            perform_all(&jobs_rx, &events, |job| perform(job, &drafts));
        })?;
        Ok(Self { jobs_tx: Some(jobs_tx), thread })
    }

    pub(super) fn send(&self, job: DraftJob) {
        if let Some(jobs_tx) = &self.jobs_tx {
            let _ = jobs_tx.send(job);
        }
    }

    pub(super) fn close(&mut self) {
        self.jobs_tx = None;
    }
}

fn perform(job: DraftJob, drafts: &SharedDrafts) -> io::Result<()> {
    match job {
        DraftJob::Save(conversation, draft) => drafts.lock().save(conversation.as_ref(), &draft),
        DraftJob::MarkRead => {
            drafts.lock().mark_read();
            Ok(())
        }
    }
}

/// Performs jobs until nothing can send another. Reports a failure once, not at every key. One that panics is
/// a failure as well, and does not keep the next draft from being saved; the panic hook has logged it.
fn perform_all(
    jobs_rx: &Receiver<DraftJob>,
    events: &EventSender,
    mut perform: impl FnMut(DraftJob) -> io::Result<()>,
) {
    let mut is_failure_reported = false;
    for job in jobs_rx {
        let performed = panic::catch_unwind(AssertUnwindSafe(|| perform(job)));
        let Err(error) = performed.unwrap_or_else(|_| Err(io::Error::other("it panicked"))) else {
            is_failure_reported = false;
            continue;
        };
        tracing::warn!(%error, "a draft could not be saved");
        if !std::mem::replace(&mut is_failure_reported, true) {
            events.send(StoreEvent::DraftNotSaved(draft_failure(&error)));
        }
    }
}

/// The failure of a draft, with advice for its cause; the log has the error itself.
fn draft_failure(error: &io::Error) -> Failure {
    let advice = session_files::advice(error);
    let next_step = format!("{advice}, or copy the text elsewhere before you quit.");
    Failure::new(FailureKind::Storage, "Your draft could not be saved.", next_step)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::Msg;

    #[test]
    fn a_panic_is_reported_once_and_the_next_draft_is_saved() {
        let (jobs_tx, jobs_rx) = channel();
        for text in ["one", "two", "three"] {
            jobs_tx.send(DraftJob::Save(None, text.into())).unwrap();
        }
        drop(jobs_tx);
        let (events, mut messages) = tokio::sync::mpsc::channel(16);
        let mut saved = Vec::new();
        perform_all(&jobs_rx, &EventSender::new(events), |job| {
            let DraftJob::Save(_, draft) = job else { return Ok(()) };
            assert_eq!(draft.text, "three", "a fault of the program");
            saved.push(draft.text);
            Ok(())
        });
        assert_eq!(saved, ["three"]);
        let reported = messages.try_recv();
        assert!(matches!(reported, Ok(Msg::Store(StoreEvent::DraftNotSaved(_)))));
        assert!(messages.try_recv().is_err());
    }
}
