//! Performs the effects for the server, each in a task of its own.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::mpsc::Sender;
use tokio::task::AbortHandle;

use crate::app::{ApiEffect, Msg, StoreEffect};
use crate::chat::TurnId;

use super::api_servers::ApiServers;
use super::reply_worker::{self, ReplySignals, ReplyWorker};
use super::title_worker::{self, TitleRequest};

/// The tasks that talk to the servers. Dropping them aborts the replies.
pub(super) struct ApiTasks {
    /// The runtime of the tasks, which is not the loop's.
    tasks: Handle,
    servers: ApiServers,
    msg_tx: Sender<Msg>,
    replies: HashMap<TurnId, RunningReply>,
    /// Questions whose servers are being checked before they are stored.
    checks: HashMap<TurnId, ServerCheck>,
}

/// A task that checks the server of a question.
struct ServerCheck {
    task: AbortHandle,
    question: StoreEffect,
}

/// A task that receives one answer.
struct RunningReply {
    task: AbortHandle,
    signals: Arc<ReplySignals>,
}

impl ApiTasks {
    /// Must be called within the runtime for the tasks.
    pub(super) fn new(servers: ApiServers, msg_tx: Sender<Msg>) -> Self {
        Self {
            tasks: Handle::current(),
            servers,
            msg_tx,
            replies: HashMap::new(),
            checks: HashMap::new(),
        }
    }

    pub(super) fn perform(&mut self, effect: ApiEffect) {
        self.replies.retain(|_, reply| !reply.task.is_finished());
        match effect {
            ApiEffect::Ask { turn, conversation, options } => {
                let signals = Arc::new(ReplySignals::default());
                let server = options.server.as_ref().map(|server| server.name.as_str());
                let worker = self.reply_worker(&turn, server);
                let reply = worker.listen(*conversation, *options, Arc::clone(&signals));
                self.spawn_reply(turn, reply, signals);
            }
            ApiEffect::Collect { turn, response_id, server } => {
                let reply = self.reply_worker(&turn, server.as_deref()).collect(response_id);
                self.spawn_reply(turn, reply, Arc::default());
            }
            ApiEffect::Cancel { response_id, server } => {
                let server = self.servers.find(server.as_deref());
                self.tasks.spawn(reply_worker::cancel(server, response_id));
            }
            // Dropping the task drops its connection, which tells the server to stop.
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
            ApiEffect::Abandon(turn) => {
                if let Some(reply) = self.replies.get(&turn) {
                    reply.signals.abandon.notify_one();
                }
            }
            ApiEffect::WriteTitle { id, old_title, question, model, server } => {
                let request = TitleRequest { id, current_title: old_title, question, model };
                let (server, msg_tx) = (self.servers.find(server.as_deref()), self.msg_tx.clone());
                self.tasks.spawn(title_worker::write_title(server, request, msg_tx));
            }
            ApiEffect::ListModels => self.list_models(),
        }
    }

    /// Starts to check the server of a question that is to be stored; everything else, and a question
    /// to a server that was reached before, is returned.
    pub(super) fn check_server(&mut self, effect: StoreEffect) -> Option<StoreEffect> {
        let StoreEffect::StoreQuestion { turn, server, .. } = &effect else { return Some(effect) };
        let (turn, server) = (turn.clone(), self.servers.find(server.as_deref()));
        if server.is_ready() {
            return Some(effect);
        }
        let (checked_turn, msg_tx) = (turn.clone(), self.msg_tx.clone());
        let check = self.tasks.spawn(async move {
            let checked = server.check_ready().await;
            let _ = msg_tx.send(Msg::ServerChecked { turn: checked_turn, checked }).await;
        });
        self.checks.insert(turn, ServerCheck { task: check.abort_handle(), question: effect });
        None
    }

    /// The question whose server was checked.
    pub(super) fn end_check(&mut self, turn: &TurnId) -> Option<StoreEffect> {
        self.checks.remove(turn).map(|check| check.question)
    }

    /// Aborts the checks; returns the questions.
    pub(super) fn abort_checks(&mut self) -> Vec<StoreEffect> {
        let checks = self.checks.drain();
        checks
            .map(|(_, check)| {
                check.task.abort();
                check.question
            })
            .collect()
    }

    /// Drops the connections of all answers: nothing more is received of them.
    pub(super) fn abort_replies(&mut self) {
        for (_, reply) in self.replies.drain() {
            reply.task.abort();
        }
    }

    fn reply_worker(&self, turn: &TurnId, server: Option<&str>) -> ReplyWorker {
        let (server, msg_tx) = (self.servers.find(server), self.msg_tx.clone());
        ReplyWorker { server, turn: turn.clone(), msg_tx }
    }

    fn spawn_reply(
        &mut self,
        turn: TurnId,
        reply: impl Future<Output = ()> + Send + 'static,
        signals: Arc<ReplySignals>,
    ) {
        let task = self.tasks.spawn(reply).abort_handle();
        self.replies.insert(turn, RunningReply { task, signals });
    }

    fn list_models(&self) {
        for server in self.servers.offered() {
            let server = Arc::clone(server);
            let msg_tx = self.msg_tx.clone();
            self.tasks.spawn(async move {
                let listed = server.models().await;
                let _ = msg_tx.send(Msg::ModelsListed { server: server.name(), listed }).await;
            });
        }
    }
}

impl Drop for ApiTasks {
    fn drop(&mut self) {
        self.abort_replies();
    }
}
