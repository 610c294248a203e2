//! Performs what the brain wishes: the disk's wishes in order on one thread, each answer in a task.
//! May not look at the state.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::mpsc::Sender;
use tokio::task::AbortHandle;

use crate::app::{ApiEffect, ClipboardText, FilesEffect, Msg, StoreEffect};
use crate::chat::TurnId;

use crate::runtime::browser;
use crate::runtime::clipboard::Clipboard;
use crate::runtime::delta_channel::DeltaSender;
use crate::runtime::editor;
use crate::runtime::files;
use crate::runtime::input_lease::InputLender;
use crate::runtime::reply_worker::{self, ApiServer, ReplySignals};
use crate::runtime::shutdown::LoopFailure;
use crate::runtime::store_worker::{Job, StoreThread, ThreadEnd};
use crate::runtime::title_worker::{self, TitleRequest};

/// The workers, and how to reach them.
pub struct EffectRunner {
    jobs_tx: std::sync::mpsc::Sender<Job>,
    deltas: DeltaSender,
    store_thread: StoreThread,
    /// Where tasks run: not where the loop does.
    tasks: Handle,
    server: Arc<ApiServer>,
    msg_tx: Sender<Msg>,
    clipboard: Clipboard,
    input_lender: Option<InputLender>,
    replies: HashMap<TurnId, ReplyTaskHandle>,
}

/// An answer being listened to.
struct ReplyTaskHandle {
    task: AbortHandle,
    signals: Arc<ReplySignals>,
}

impl EffectRunner {
    /// Hands for a disk thread and a server. Must be called within the runtime for their tasks.
    #[must_use]
    pub fn new(
        disk: std::sync::mpsc::Sender<Job>,
        deltas: DeltaSender,
        disk_thread: StoreThread,
        server: Arc<ApiServer>,
        tell: Sender<Msg>,
        clipboard: Clipboard,
    ) -> Self {
        Self {
            jobs_tx: disk,
            deltas,
            store_thread: disk_thread,
            tasks: Handle::current(),
            server,
            msg_tx: tell,
            clipboard,
            input_lender: None,
            replies: HashMap::new(),
        }
    }

    /// Where facts are sent that the loop should take in.
    #[must_use]
    pub fn msg_sender(&self) -> Sender<Msg> {
        self.msg_tx.clone()
    }

    /// Passes a wish on to the disk's thread.
    pub fn perform_store(&mut self, wish: StoreEffect) {
        if let StoreEffect::JournalDelta { turn, delta } = wish {
            self.deltas.send(turn, delta);
            return;
        }
        // A thread that ended before its time is seen by the loop, which ends then.
        let _ = self.jobs_tx.send(Job::Perform(Box::new(wish)));
    }

    /// Whom to ask for the keyboard when another program needs it.
    pub fn set_input_lender(&mut self, gate: InputLender) {
        self.input_lender = Some(gate);
    }

    /// Opens the user's own editor; what it saved is told.
    pub fn open_editor(&self, text: String) {
        let (gate, tell) = (self.input_lender.clone(), self.msg_tx.clone());
        self.tasks.spawn(async move {
            let lent = match &gate {
                Some(gate) => Some(gate.lend().await),
                None => None,
            };
            let edited = tokio::task::spawn_blocking(move || editor::edit(&text)).await;
            let edited = edited.unwrap_or_else(|_| Err("the editor could not be run".to_owned()));
            let _ = tell.send(Msg::ExternalEditEnded(edited)).await;
            drop(lent);
        });
    }

    /// Copies a text; what came of it is told.
    pub fn copy(&mut self, clip: ClipboardText) {
        self.clipboard.copy(clip);
    }

    /// Does a wish for the user's own files aside.
    pub fn perform_files(&self, wish: FilesEffect) {
        let tell = self.msg_tx.clone();
        tokio::task::spawn_blocking(move || {
            // Nobody listens any more: the program is ending.
            let _ = tell.blocking_send(Msg::Files(files::perform(wish)));
        });
    }

    /// Has a browser show an address; what came of it is told.
    pub fn browse(&self, link: String) {
        let tell = self.msg_tx.clone();
        self.tasks.spawn(async move {
            let address = link.clone();
            let opened = tokio::task::spawn_blocking(move || browser::open(&address)).await;
            let opened = opened.unwrap_or_else(|_| Err("no browser could be started".to_owned()));
            let _ = tell.send(Msg::BrowserOpened { link, opened }).await;
        });
    }

    /// Does a wish for the server.
    pub fn perform_api(&mut self, wish: ApiEffect) {
        self.replies.retain(|_, reply| !reply.task.is_finished());
        match wish {
            ApiEffect::Ask { turn, conversation, options } => {
                let wants = Arc::new(ReplySignals::default());
                let listening = reply_worker::listen(
                    Arc::clone(&self.server),
                    turn.clone(),
                    *conversation,
                    *options,
                    Arc::clone(&wants),
                    self.msg_tx.clone(),
                );
                let task = self.tasks.spawn(listening).abort_handle();
                self.replies.insert(turn, ReplyTaskHandle { task, signals: wants });
            }
            ApiEffect::Collect { turn, response_id } => {
                let wants = Arc::new(ReplySignals::default());
                let collecting = reply_worker::collect(
                    Arc::clone(&self.server),
                    turn.clone(),
                    response_id,
                    self.msg_tx.clone(),
                );
                let task = self.tasks.spawn(collecting).abort_handle();
                self.replies.insert(turn, ReplyTaskHandle { task, signals: wants });
            }
            ApiEffect::Cancel(response_id) => {
                self.tasks.spawn(reply_worker::cancel(Arc::clone(&self.server), response_id));
            }
            // Dropping the task drops its connection, which is what tells the server.
            ApiEffect::Stop(turn) => {
                if let Some(reply) = self.replies.remove(&turn) {
                    reply.task.abort();
                }
            }
            ApiEffect::RetryNow(turn) => {
                if let Some(reply) = self.replies.get(&turn) {
                    reply.signals.retry_now.notify_one();
                }
            }
            // It is listened to a little longer, by nobody but who cancels it.
            ApiEffect::Abandon(turn) => {
                if let Some(reply) = self.replies.get(&turn) {
                    reply.signals.abandon.notify_one();
                }
            }
            ApiEffect::WriteTitle { id, old_title: was, question, model } => {
                let wanted = TitleRequest { id, current_title: was, question, model };
                let server = Arc::clone(&self.server);
                self.tasks.spawn(title_worker::write_title(server, wanted, self.msg_tx.clone()));
            }
            ApiEffect::ListModels => {
                let server = Arc::clone(&self.server);
                let tell = self.msg_tx.clone();
                self.tasks.spawn(async move {
                    let listed = server.models().await;
                    let _ = tell.send(Msg::ModelsListed(listed)).await;
                });
            }
        }
    }

    /// Hangs up on the server: nothing more is heard of answers.
    pub fn abort_replies(&mut self) {
        for (_, reply) in self.replies.drain() {
            reply.task.abort();
        }
    }

    /// Tells the disk that nothing more comes.
    pub fn close_store(&self) {
        let _ = self.jobs_tx.send(Job::Close);
    }

    /// Waits until the disk's thread has ended, which it does only when told so or by a failure.
    pub async fn wait_for_store_end(&mut self) {
        self.store_thread.wait_for_end().await;
    }

    /// Waits for the disk's thread; tells what went wrong with it, if anything did.
    pub fn join_store(&mut self) -> Option<LoopFailure> {
        match self.store_thread.join() {
            ThreadEnd::Requested => None,
            ThreadEnd::Panicked => Some(LoopFailure::StoreThread),
        }
    }
}

/// Whatever ends the program, the disk gets what it was given.
impl Drop for EffectRunner {
    fn drop(&mut self) {
        self.abort_replies();
        self.close_store();
        let _ = self.join_store();
    }
}
