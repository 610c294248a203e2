//! Generated titles: written by a small model after the first answer. Must not replace a title that
//! a user gave.

use crate::app::question::servers;
use crate::chat::{AnswerServer, Conversation, ConversationId, Role, Title};

use crate::app::{ApiEffect, Effect, State, StoreEffect};

/// Requests a title after the first answer from the server that gave it, where a model for titles is set
/// for that server and the title is still the default.
#[must_use]
pub(crate) fn request_title(
    state: &State,
    server: Option<&AnswerServer>,
    conversation: &Conversation,
) -> Option<Effect> {
    let model = servers::title_model(&state.session, server)?;
    let [question, answer] = conversation.messages.as_slice() else {
        return None;
    };
    let is_first = question.role == Role::User && answer.role == Role::Assistant;
    // Where the private folder cannot be written, only the stored titles agree.
    let default = Title::from_question(&question.text);
    if !is_first || conversation.title.stored() != default.stored() {
        return None;
    }
    let (id, was) = (conversation.id.clone(), conversation.title.clone());
    Some(Effect::Api(ApiEffect::WriteTitle {
        id,
        old_title: was,
        question: question.text.clone(),
        model,
        server: server.map(|server| server.name.clone()),
    }))
}

/// Applies a generated title; the store checks again that the old one is unchanged.
#[must_use]
pub(crate) fn apply_title(
    state: &State,
    id: ConversationId,
    was: Title,
    written: &str,
) -> Vec<Effect> {
    let Some(title) = Title::from_model(written).filter(|title| *title != was) else {
        return Vec::new();
    };
    vec![Effect::Store(StoreEffect::ReplaceTitle { id, old_title: was, title, at: state.now })]
}
