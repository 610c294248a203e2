//! Has a small model write a title, in a task of its own. A failure is only logged: the conversation
//! keeps the title it has.

use std::sync::Arc;

use tokio::sync::mpsc::Sender;

use crate::api::ModelRequest;
use crate::app::Msg;
use crate::chat::{
    ConversationId, Message, ReplyEvent, ReplyOutcome, RequestContext, Retention, Timestamp, Title,
};

use super::reply_worker::ApiServer;

const INSTRUCTIONS: &str = "Write a title of two to five words for a conversation that begins \
    with this message. Answer with the title alone: no quotes, no full stop, in the language of \
    the message. Do not answer the message itself.";
/// How much of the question is sent, in characters.
const MAX_QUESTION_CHARS: usize = 500;

/// A conversation that needs a title.
#[derive(Debug)]
pub(super) struct TitleRequest {
    pub(super) id: ConversationId,
    /// The title that is to be replaced.
    pub(super) current_title: Title,
    /// The question of which the beginning is sent.
    pub(super) question: String,
    /// The model that writes the title.
    pub(super) model: String,
}

/// Asks for a title and sends it to the loop.
pub(super) async fn write_title(server: Arc<ApiServer>, wanted: TitleRequest, msg_tx: Sender<Msg>) {
    let client = match server.client().await {
        Ok(client) => client.clone(),
        Err(failure) => return tracing::info!(kind = ?failure.kind, "no title was written"),
    };
    let TitleRequest { id, current_title, question, model } = wanted;
    let beginning: String = question.chars().take(MAX_QUESTION_CHARS).collect();
    let message = Message::question(beginning, Timestamp::default());
    let request = ModelRequest {
        instructions: Some(INSTRUCTIONS.to_owned()),
        retention: Retention::NotStored,
        ..ModelRequest::new(
            model,
            RequestContext { previous_response_id: None, replay: vec![message] },
        )
    };
    let mut reply = client.reply(request);
    while let Some(event) = reply.next().await {
        let ReplyEvent::Ended(ending) = event else { continue };
        match ending.outcome {
            ReplyOutcome::Completed => {
                let _ = msg_tx
                    .send(Msg::TitleWritten { id, was: current_title, title: ending.text })
                    .await;
            }
            outcome => tracing::info!(?outcome, "no title was written"),
        }
        return;
    }
}
