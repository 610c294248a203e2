//! Listens to one answer in a task of its own and passes on what comes.
//! May not store anything: what comes goes to the brain.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::Sender;
use tokio::sync::{Notify, OnceCell};
use tokio::time::timeout;

use super::clock;
use crate::api::{self, Client, ClientSettings, ModelRequest, ReplyStream};
use crate::app::Msg;
use crate::chat::{
    AnswerOptions, Conversation, ExecutionMode, Failure, ReplyEvent, ResponseId, TurnId,
};
use crate::settings::Settings;

use crate::runtime::attachments;

/// The server, as the settings name it. The HTTP client is built at the first use: loading TLS
/// roots takes longer than drawing the first frame.
#[derive(Debug)]
pub struct ApiServer {
    settings: Settings,
    client: OnceCell<Client>,
}

impl ApiServer {
    /// The server of these settings.
    #[must_use]
    pub fn new(settings: Settings) -> Self {
        Self { settings, client: OnceCell::new() }
    }

    /// The models to choose from: the user's own candidates, then what the server lists.
    ///
    /// # Errors
    /// When the server does not tell and the user named none.
    pub async fn models(&self) -> Result<Vec<String>, Failure> {
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
        let mut seen = std::collections::HashSet::new();
        models.retain(|model| seen.insert(model.clone()));
        Ok(models)
    }

    /// The client, made at its first use.
    ///
    /// # Errors
    /// When the settings are none a client can be made of.
    pub async fn client(&self) -> Result<&Client, Failure> {
        let build = || async { Client::new(ClientSettings::from(&self.settings)) };
        self.client.get_or_try_init(build).await
    }
}

/// The request for the answer to the last question of a conversation, its files included.
#[must_use]
pub fn build_request(
    settings: &Settings,
    options: AnswerOptions,
    conversation: &Conversation,
) -> ModelRequest {
    let mut request = api::build_request(settings, options, conversation, clock::now());
    attachments::add_files(settings, &mut request);
    request
}

/// Takes up an answer that was left at the server and passes on every event.
pub async fn collect(
    server: Arc<ApiServer>,
    turn: TurnId,
    response_id: ResponseId,
    tell: Sender<Msg>,
) {
    let client = match server.client().await {
        Ok(client) => client.clone(),
        Err(failure) => {
            let _ = tell.send(Msg::ClientFailed { turn, failure }).await;
            return;
        }
    };
    let mut reply = client.collect(response_id);
    while let Some(event) = reply.next().await {
        if tell.send(Msg::Replied { turn: turn.clone(), event }).await.is_err() {
            return;
        }
    }
}

/// What somebody may want of an answer that is being listened to.
#[derive(Debug, Default)]
pub struct ReplySignals {
    /// Not to wait any longer before asking again.
    pub retry_now: Notify,
    /// To be rid of it.
    pub abandon: Notify,
}

/// How long an answer nobody wants may take to get a name.
const RESPONSE_ID_TIMEOUT: Duration = Duration::from_secs(30);

/// Cancels an answer that goes on by itself though its connection is closed, as soon as it has the
/// name it is cancelled by.
pub async fn abandon(client: Client, mut reply: ReplyStream) {
    let named = async {
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
    if let Ok(Some(id)) = timeout(RESPONSE_ID_TIMEOUT, named).await
        && let Err(failure) = client.cancel(&id).await
    {
        tracing::warn!(kind = ?failure.kind, "an answer could not be cancelled");
    }
}

/// Cancels an answer that goes on at the server by itself.
pub async fn cancel(server: Arc<ApiServer>, response_id: ResponseId) {
    if let Ok(client) = server.client().await
        && let Err(failure) = client.cancel(&response_id).await
    {
        tracing::warn!(kind = ?failure.kind, "an answer could not be cancelled");
    }
}

/// Asks for the answer to the last question of a conversation and passes on every event.
pub async fn listen(
    server: Arc<ApiServer>,
    turn: TurnId,
    conversation: Conversation,
    options: AnswerOptions,
    wants: Arc<ReplySignals>,
    tell: Sender<Msg>,
) {
    let client = match server.client().await {
        Ok(client) => client.clone(),
        Err(failure) => {
            let _ = tell.send(Msg::ClientFailed { turn, failure }).await;
            return;
        }
    };
    let request = build_request(&server.settings, options, &conversation);
    drop(conversation);
    let mut reply = ReplyStream::start(client.clone(), request);
    let skip = reply.skip();
    loop {
        let event = tokio::select! {
            event = reply.next() => event,
            () = wants.retry_now.notified() => {
                skip.fire();
                continue;
            }
            () = wants.abandon.notified() => return abandon(client, reply).await,
        };
        let Some(event) = event else {
            return;
        };
        if tell.send(Msg::Replied { turn: turn.clone(), event }).await.is_err() {
            return;
        }
    }
}
