//! Performs the effects for the server, each in a task of its own.

use std::collections::HashMap;
use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::mpsc::{Sender, UnboundedSender, unbounded_channel};
use tokio::task::AbortHandle;

use crate::app::{ApiEffect, Msg};
use crate::chat::{ApprovalAnswer, ServerStep, TurnId};
use crate::mcp::McpHost;

use super::api_servers::ApiServers;
use super::reply_worker::{self, ReplyControl, ReplySignals, ReplyWorker};
use super::title_worker::{self, TitleRequest};

/// The tasks that talk to the servers. Dropping them aborts the replies.
pub(super) struct ApiTasks {
    /// The runtime of the tasks, which is not the loop's.
    workers: Handle,
    servers: ApiServers,
    /// The MCP servers, started when a question needs their tools.
    tools: Arc<McpHost>,
    msg_tx: Sender<Msg>,
    replies: HashMap<TurnId, RunningReply>,
}

/// A task that receives one answer.
struct RunningReply {
    task: AbortHandle,
    signals: Arc<ReplySignals>,
    approvals: UnboundedSender<ApprovalAnswer>,
}

impl ApiTasks {
    /// Must be called within the runtime for the tasks.
    pub(super) fn new(servers: ApiServers, tools: McpHost, msg_tx: Sender<Msg>) -> Self {
        let (workers, tools) = (Handle::current(), Arc::new(tools));
        Self { workers, servers, tools, msg_tx, replies: HashMap::new() }
    }

    /// Shares the MCP servers, whose prompts become questions outside of a turn.
    pub(super) fn mcp_servers(&self) -> Arc<McpHost> {
        Arc::clone(&self.tools)
    }

    pub(super) fn perform(&mut self, effect: ApiEffect) {
        self.replies.retain(|_, reply| !reply.task.is_finished());
        match effect {
            ApiEffect::Turn { turn, server, step } => {
                self.perform_step(turn, server.as_deref(), step);
            }
            ApiEffect::Collect { turn, response_id, server } => {
                let reply = self.reply_worker(&turn, server.as_deref()).collect(response_id);
                // A background answer calls no tools.
                self.spawn_reply(turn, reply, Arc::default(), unbounded_channel().0);
            }
            ApiEffect::WriteTitle { id, old_title, question, model, server } => {
                let request = TitleRequest { id, current_title: old_title, question, model };
                let (server, msg_tx) = (self.servers.find(server.as_deref()), self.msg_tx.clone());
                self.workers.spawn(title_worker::write_title(server, request, msg_tx));
            }
            ApiEffect::ListModels => self.list_models(),
            ApiEffect::ListTools => {
                let (tools, msg_tx) = (Arc::clone(&self.tools), self.msg_tx.clone());
                self.workers.spawn(async move {
                    let listed = tools.list_tools().await;
                    let _ = msg_tx.send(Msg::ToolsListed(listed)).await;
                });
            }
        }
    }

    fn perform_step(&mut self, turn: TurnId, server: Option<&str>, step: ServerStep) {
        match step {
            ServerStep::Check => {
                let (server, msg_tx) = (self.servers.find(server), self.msg_tx.clone());
                self.workers.spawn(async move {
                    let checked = server.check_ready().await;
                    let _ = msg_tx.send(Msg::ServerChecked { turn, checked }).await;
                });
            }
            ServerStep::Send { conversation, options } => {
                let signals = Arc::new(ReplySignals::default());
                let (approvals, approvals_rx) = unbounded_channel();
                let worker = self.reply_worker(&turn, server);
                let link = ReplyControl { signals: Arc::clone(&signals), approvals: approvals_rx };
                let reply = worker.listen(*conversation, *options, link);
                self.spawn_reply(turn, reply, signals, approvals);
            }
            ServerStep::Cancel(response_id) => {
                let server = self.servers.find(server);
                self.workers.spawn(reply_worker::cancel(server, response_id));
            }
            // Dropping the task drops its connection, which tells the server to stop.
            ServerStep::Disconnect => {
                if let Some(reply) = self.replies.remove(&turn) {
                    reply.task.abort();
                }
            }
            ServerStep::RetryNow => {
                if let Some(reply) = self.replies.get(&turn) {
                    reply.signals.retry_now.notify_one();
                }
            }
            ServerStep::SendApproval(answer) => {
                if let Some(reply) = self.replies.get(&turn) {
                    // Without a receiver the reply has ended.
                    let _ = reply.approvals.send(answer);
                }
            }
            ServerStep::CancelWhenIdentified => {
                if let Some(reply) = self.replies.get(&turn) {
                    reply.signals.cancel_when_identified.notify_one();
                }
            }
        }
    }

    /// Drops the connections of all answers: nothing more is received of them.
    pub(super) fn abort_replies(&mut self) {
        for (_, reply) in self.replies.drain() {
            reply.task.abort();
        }
    }

    fn reply_worker(&self, turn: &TurnId, server: Option<&str>) -> ReplyWorker {
        let (server, msg_tx) = (self.servers.find(server), self.msg_tx.clone());
        ReplyWorker { server, tools: Arc::clone(&self.tools), turn: turn.clone(), msg_tx }
    }

    fn spawn_reply(
        &mut self,
        turn: TurnId,
        reply: impl Future<Output = bool> + Send + 'static,
        signals: Arc<ReplySignals>,
        approvals: UnboundedSender<ApprovalAnswer>,
    ) {
        let reply = self.workers.spawn(reply);
        let task = reply.abort_handle();
        let (ended_turn, msg_tx) = (turn.clone(), self.msg_tx.clone());
        self.workers.spawn(async move {
            let is_lost = match reply.await {
                Ok(has_ended) => !has_ended,
                Err(error) => error.is_panic(),
            };
            // A turn that is collected later has the same id: it must not be told the end of this task.
            if is_lost {
                let _ = msg_tx.send(Msg::ReplyLost { turn: ended_turn }).await;
            }
        });
        self.replies.insert(turn, RunningReply { task, signals, approvals });
    }

    fn list_models(&self) {
        for server in self.servers.offered() {
            let server = Arc::clone(server);
            let msg_tx = self.msg_tx.clone();
            self.workers.spawn(async move {
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

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::sync::mpsc::channel;
    use tokio::time::timeout;

    use super::*;
    use crate::settings::{ConfigFile, Flags, Paths, Settings};

    #[test]
    fn a_reply_whose_task_panics_is_lost() {
        let folder = tempfile::tempdir().unwrap();
        let paths = Paths::below(folder.path());
        let flags = Flags::default().with("user", "ann");
        let config = ConfigFile { path: paths.config.clone(), text: None };
        let settings = Settings::resolve(&flags, &|_| None, config, &paths).unwrap().settings;
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let (msg_tx, mut messages) = channel(1);
            let tools = McpHost::new(&settings);
            let mut tasks = ApiTasks::new(ApiServers::new(settings), tools, msg_tx);
            let turn = TurnId::new("t");
            let reply = async { panic!("while an answer is received") };
            tasks.spawn_reply(turn.clone(), reply, Arc::default(), unbounded_channel().0);
            let msg = timeout(Duration::from_secs(20), messages.recv()).await;
            assert_eq!(msg, Ok(Some(Msg::ReplyLost { turn })));
        });
    }
}
