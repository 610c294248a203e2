//! Saves drafts on a thread of its own: what is being written waits neither for a large file that is read
//! nor for the lock of another terminal.

use std::io;
use std::sync::mpsc::{Receiver, Sender, channel};

use crate::app::StoreEvent;
use crate::chat::{ConversationId, Draft, Failure, FailureKind};
use crate::runtime::event_sender::EventSender;
use crate::runtime::session_files::{self, SharedDrafts};

use super::watched_thread::WatchedThread;

/// A draft, with the conversation it is for.
type DraftToSave = (Option<ConversationId>, Draft);

/// The thread, as the event loop sees it.
#[derive(Debug)]
pub(super) struct DraftSaver {
    /// Closing it ends the thread once everything is saved.
    drafts_tx: Option<Sender<DraftToSave>>,
    pub(super) thread: WatchedThread,
}

impl DraftSaver {
    /// Starts the thread.
    ///
    /// # Errors
    /// When the system cannot start a thread.
    pub(super) fn start(drafts: SharedDrafts, events: EventSender) -> io::Result<Self> {
        let (drafts_tx, drafts_rx) = channel();
        let thread = WatchedThread::start("drafts", move || {
            save_all(&drafts_rx, &drafts, &events);
        })?;
        Ok(Self { drafts_tx: Some(drafts_tx), thread })
    }

    pub(super) fn save(&self, conversation: Option<ConversationId>, draft: Draft) {
        if let Some(drafts_tx) = &self.drafts_tx {
            let _ = drafts_tx.send((conversation, draft));
        }
    }

    pub(super) fn close(&mut self) {
        self.drafts_tx = None;
    }
}

/// Saves drafts until nothing can send another. Reports a failure once, not at every key.
fn save_all(drafts_rx: &Receiver<DraftToSave>, drafts: &SharedDrafts, events: &EventSender) {
    let mut is_failure_reported = false;
    for (conversation, draft) in drafts_rx {
        let Err(error) = drafts.lock().save(conversation.as_ref(), &draft) else {
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
