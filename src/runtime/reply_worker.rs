//! Receives one answer in a task of its own and sends its events to the event loop.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::{Sender, UnboundedReceiver};
use tokio::sync::{Notify, OnceCell};
use tokio::time::timeout;

use super::prepare_request::prepare_request;
use crate::api::{Client, ClientSettings, ReplyStream};
use crate::app::Msg;
use crate::chat::{
    AnswerOptions, AnswerServer, ApprovalAnswer, Conversation, ExecutionMode, Failure, ReplyEvent,
    ResponseId, TurnId,
};
use crate::mcp::McpHost;
use crate::settings::{KeyPrompt, Settings};
use crate::tools::ToolHost;

/// The server in use of some settings. Its HTTP client is built at the first use: loading the TLS roots takes
/// longer than drawing the first frame.
#[derive(Debug)]
pub(crate) struct ApiServer {
    settings: Settings,
    key_prompt: KeyPrompt,
    client: OnceCell<Client>,
    /// Set once a request could be sent.
    ready: OnceCell<()>,
}

impl ApiServer {
    pub(crate) const fn new(settings: Settings, key_prompt: KeyPrompt) -> Self {
        Self { settings, key_prompt, client: OnceCell::const_new(), ready: OnceCell::const_new() }
    }

    /// Whether it is offered to a program that was started with another.
    pub(super) fn is_offered(&self) -> bool {
        self.settings.is_offered()
    }

    /// The server as people and records name it.
    pub(super) fn name(&self) -> AnswerServer {
        self.settings.answer_server()
    }

    /// Returns the models to choose from: those of the settings, then those the server lists.
    ///
    /// # Errors
    /// When the server does not list any and the settings name none.
    pub(super) async fn models(&self) -> Result<Vec<String>, Failure> {
        let mut models = self.settings.fallback_models.clone();
        let listed = match self.client().await {
            Ok(client) => client.models().await,
            Err(failure) => Err(failure),
        };
        match listed {
            Ok(listed) => models.extend(listed.into_iter().map(|model| model.id)),
            Err(failure) if models.is_empty() => return Err(failure),
            Err(_) => {}
        }
        let mut names = std::collections::HashSet::new();
        models.retain(|model| names.insert(model.clone()));
        Ok(models)
    }

    /// Makes sure that a question could be sent, the first time it is called. Done before a question is
    /// stored, so that one that is refused leaves nothing behind.
    ///
    /// # Errors
    /// Without a key that the server wants, and where nothing listens at the address.
    pub(crate) async fn check_ready(&self) -> Result<(), Failure> {
        let check = || async {
            let client = self.client().await?;
            client.check_key().await?;
            client.check_reachable().await
        };
        self.ready.get_or_try_init(check).await.copied()
    }

    /// # Errors
    /// When no client can be built from the settings.
    pub(crate) async fn client(&self) -> Result<&Client, Failure> {
        let settings = || ClientSettings {
            key_prompt: self.key_prompt,
            ..ClientSettings::from(&self.settings)
        };
        let build = || async { Client::new(settings()) };
        self.client.get_or_try_init(build).await
    }
}

/// Asks the task that receives an answer to do something.
#[derive(Debug, Default)]
pub(super) struct ReplySignals {
    /// Retry at once instead of waiting.
    pub(super) retry_now: Notify,
    /// Stop passing events on; cancel the answer at the server as soon as its id is known.
    pub(super) cancel_when_identified: Notify,
}

/// How the loop reaches the task that receives an answer.
#[derive(Debug)]
pub(super) struct ReplyControl {
    pub(super) signals: Arc<ReplySignals>,
    /// The answers of the user about calls of tools.
    pub(super) approvals: UnboundedReceiver<ApprovalAnswer>,
}

/// How long the server may take to name an answer that is to be cancelled.
const RESPONSE_ID_TIMEOUT: Duration = Duration::from_secs(30);

/// Cancels a background answer, which closing its connection does not stop, as soon as the server
/// has named its id.
pub(crate) async fn cancel_when_identified(client: Client, mut reply: ReplyStream) {
    let response_id = async {
        while let Some(event) = reply.next().await {
            match event {
                ReplyEvent::Accepted { response_id, mode: ExecutionMode::Background, .. } => {
                    return response_id;
                }
                ReplyEvent::CapabilityLearned(_) | ReplyEvent::Notice(_) => {}
                _ => return None,
            }
        }
        None
    };
    if let Ok(Some(id)) = timeout(RESPONSE_ID_TIMEOUT, response_id).await {
        cancel_with(&client, &id).await;
    }
}

/// Cancels a background answer.
pub(crate) async fn cancel(server: Arc<ApiServer>, response_id: ResponseId) {
    if let Ok(client) = server.client().await {
        cancel_with(client, &response_id).await;
    }
}

async fn cancel_with(client: &Client, id: &ResponseId) {
    if let Err(failure) = client.cancel(id).await {
        tracing::warn!(kind = ?failure.kind, "a background answer could not be cancelled");
    }
}

/// Receives the answer to one turn and sends its events to the loop.
#[derive(Debug)]
pub(super) struct ReplyWorker {
    pub(super) server: Arc<ApiServer>,
    pub(super) tools: Arc<McpHost>,
    pub(super) turn: TurnId,
    pub(super) msg_tx: Sender<Msg>,
}

impl ReplyWorker {
    /// Asks for the answer to the last question of a conversation. Returns whether the turn needs nothing more:
    /// it was told how the answer ended, or wants no end.
    pub(super) async fn listen(
        self,
        conversation: Conversation,
        options: AnswerOptions,
        mut control: ReplyControl,
    ) -> bool {
        let signals = control.signals;
        let Some(client) = self.client().await else { return true };
        let request = prepare_request(&self.server.settings, options, conversation).await;
        let tools: Arc<dyn ToolHost> = self.tools.clone();
        let mut reply = ReplyStream::start(client.clone(), request, Some(tools));
        let retry = reply.retry_trigger();
        let mut has_ended = false;
        loop {
            let event = tokio::select! {
                event = reply.next() => event,
                () = signals.retry_now.notified() => {
                    retry.fire();
                    continue;
                }
                Some(answer) = control.approvals.recv() => {
                    reply.answer_approval(answer);
                    continue;
                }
                () = signals.cancel_when_identified.notified() => {
                    cancel_when_identified(client, reply).await;
                    return true;
                }
            };
            let Some(event) = event else { return has_ended };
            has_ended |= matches!(event, ReplyEvent::Ended(_));
            if !self.is_sent(event).await {
                return true;
            }
        }
    }

    /// Receives an answer that an earlier connection left at the server. Returns the same as `listen`.
    pub(super) async fn collect(self, response_id: ResponseId) -> bool {
        let Some(client) = self.client().await else { return true };
        let mut reply = client.collect(response_id);
        let mut has_ended = false;
        while let Some(event) = reply.next().await {
            has_ended |= matches!(event, ReplyEvent::Ended(_));
            if !self.is_sent(event).await {
                return true;
            }
        }
        has_ended
    }

    async fn client(&self) -> Option<Client> {
        match self.server.client().await {
            Ok(client) => Some(client.clone()),
            Err(failure) => {
                let msg = Msg::ClientFailed { turn: self.turn.clone(), failure };
                let _ = self.msg_tx.send(msg).await;
                None
            }
        }
    }

    /// Sends an event; false once the loop has ended.
    async fn is_sent(&self, event: ReplyEvent) -> bool {
        let msg = Msg::Replied { turn: self.turn.clone(), event };
        self.msg_tx.send(msg).await.is_ok()
    }
}
