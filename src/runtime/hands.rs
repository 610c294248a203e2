//! Performs what the brain wishes: the disk's wishes in order on one thread, each answer in a task.
//! May not look at the state.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::mpsc::Sender;
use tokio::task::AbortHandle;

use crate::app::{ApiEffect, Clip, FilesEffect, Msg, StoreEffect};
use crate::chat::TurnId;

use super::browser;
use super::clipboard::Clipboard;
use super::delta_channel::DeltaSender;
use super::editor;
use super::ending::Trouble;
use super::files;
use super::gate::Gate;
use super::reply_worker::{self, Server, Wants};
use super::store_worker::{DiskThread, End, Wish};
use super::title_worker::{self, Wanted};

/// The workers, and how to reach them.
pub struct Hands {
    disk: std::sync::mpsc::Sender<Wish>,
    deltas: DeltaSender,
    disk_thread: DiskThread,
    /// Where tasks run: not where the loop does.
    tasks: Handle,
    server: Arc<Server>,
    tell: Sender<Msg>,
    clipboard: Clipboard,
    gate: Option<Gate>,
    replies: HashMap<TurnId, Reply>,
}

/// An answer being listened to.
struct Reply {
    task: AbortHandle,
    wants: Arc<Wants>,
}

impl Hands {
    /// Hands for a disk thread and a server. Must be called within the runtime for their tasks.
    #[must_use]
    pub fn new(
        disk: std::sync::mpsc::Sender<Wish>,
        deltas: DeltaSender,
        disk_thread: DiskThread,
        server: Arc<Server>,
        tell: Sender<Msg>,
        clipboard: Clipboard,
    ) -> Self {
        Self {
            disk,
            deltas,
            disk_thread,
            tasks: Handle::current(),
            server,
            tell,
            clipboard,
            gate: None,
            replies: HashMap::new(),
        }
    }

    /// Where facts are sent that the loop should take in.
    #[must_use]
    pub fn teller(&self) -> Sender<Msg> {
        self.tell.clone()
    }

    /// Passes a wish on to the disk's thread.
    pub fn store(&mut self, wish: StoreEffect) {
        if let StoreEffect::JournalDelta { turn, delta } = wish {
            self.deltas.send(turn, delta);
            return;
        }
        // A thread that ended before its time is seen by the loop, which ends then.
        let _ = self.disk.send(Wish::Perform(Box::new(wish)));
    }

    /// Whom to ask for the keyboard when another program needs it.
    pub fn lend_keyboard_through(&mut self, gate: Gate) {
        self.gate = Some(gate);
    }

    /// Opens the user's own editor; what it saved is told.
    pub fn open_editor(&self, text: String) {
        let (gate, tell) = (self.gate.clone(), self.tell.clone());
        self.tasks.spawn(async move {
            let lent = match &gate {
                Some(gate) => Some(gate.lend().await),
                None => None,
            };
            let edited = tokio::task::spawn_blocking(move || editor::edit(&text)).await;
            let edited = edited.unwrap_or_else(|_| Err("the editor could not be run".to_owned()));
            let _ = tell.send(Msg::Edited(edited)).await;
            drop(lent);
        });
    }

    /// Copies a text; what came of it is told.
    pub fn copy(&mut self, clip: Clip) {
        self.clipboard.copy(clip);
    }

    /// Does a wish for the user's own files aside.
    pub fn files(&self, wish: FilesEffect) {
        let tell = self.tell.clone();
        tokio::task::spawn_blocking(move || {
            // Nobody listens any more: the program is ending.
            let _ = tell.blocking_send(Msg::Files(files::perform(wish)));
        });
    }

    /// Has a browser show an address; what came of it is told.
    pub fn browse(&self, link: String) {
        let tell = self.tell.clone();
        self.tasks.spawn(async move {
            let address = link.clone();
            let opened = tokio::task::spawn_blocking(move || browser::open(&address)).await;
            let opened = opened.unwrap_or_else(|_| Err("no browser could be started".to_owned()));
            let _ = tell.send(Msg::Browsed { link, opened }).await;
        });
    }

    /// Does a wish for the server.
    pub fn api(&mut self, wish: ApiEffect) {
        self.replies.retain(|_, reply| !reply.task.is_finished());
        match wish {
            ApiEffect::Ask { turn, conversation, options } => {
                let wants = Arc::new(Wants::default());
                let listening = reply_worker::listen(
                    Arc::clone(&self.server),
                    turn.clone(),
                    *conversation,
                    *options,
                    Arc::clone(&wants),
                    self.tell.clone(),
                );
                let task = self.tasks.spawn(listening).abort_handle();
                self.replies.insert(turn, Reply { task, wants });
            }
            ApiEffect::Collect { turn, response_id } => {
                let wants = Arc::new(Wants::default());
                let collecting = reply_worker::collect(
                    Arc::clone(&self.server),
                    turn.clone(),
                    response_id,
                    self.tell.clone(),
                );
                let task = self.tasks.spawn(collecting).abort_handle();
                self.replies.insert(turn, Reply { task, wants });
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
                    reply.wants.hurry.notify_one();
                }
            }
            // It is listened to a little longer, by nobody but who cancels it.
            ApiEffect::Abandon(turn) => {
                if let Some(reply) = self.replies.get(&turn) {
                    reply.wants.none.notify_one();
                }
            }
            ApiEffect::WriteTitle { id, was, question, model } => {
                let wanted = Wanted { id, was, question, model };
                let server = Arc::clone(&self.server);
                self.tasks.spawn(title_worker::write(server, wanted, self.tell.clone()));
            }
            ApiEffect::ListModels => {
                let server = Arc::clone(&self.server);
                let tell = self.tell.clone();
                self.tasks.spawn(async move {
                    let listed = server.models().await;
                    let _ = tell.send(Msg::ModelsListed(listed)).await;
                });
            }
        }
    }

    /// Hangs up on the server: nothing more is heard of answers.
    pub fn hang_up(&mut self) {
        for (_, reply) in self.replies.drain() {
            reply.task.abort();
        }
    }

    /// Tells the disk that nothing more comes.
    pub fn close(&self) {
        let _ = self.disk.send(Wish::Close);
    }

    /// Waits until the disk's thread has ended, which it does only when told so or by a failure.
    pub async fn disk_ended(&mut self) {
        self.disk_thread.ended().await;
    }

    /// Waits for the disk's thread; tells what went wrong with it, if anything did.
    pub fn join(&mut self) -> Option<Trouble> {
        match self.disk_thread.join() {
            End::AsTold => None,
            End::Failed => Some(Trouble::Disk),
        }
    }
}

/// Whatever ends the program, the disk gets what it was given.
impl Drop for Hands {
    fn drop(&mut self) {
        self.hang_up();
        self.close();
        let _ = self.join();
    }
}
