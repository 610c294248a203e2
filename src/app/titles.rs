//! A better title for a new conversation, written by a small model once there is an answer.
//! May not replace a title anybody gave: only the one made of the first words.

use crate::chat::{Conversation, ConversationId, Role, title};

use super::{ApiEffect, Effect, State, StoreEffect};

/// Asks for a title, where one is wanted and the conversation is as new as its first answer.
#[must_use]
pub fn request_title(state: &State, conversation: &Conversation) -> Option<Effect> {
    let model = state.session.title_model.clone()?;
    let [question, answer] = conversation.messages.as_slice() else {
        return None;
    };
    let is_first = question.role == Role::User && answer.role == Role::Assistant;
    if !is_first || conversation.title != title::from_question(&question.text) {
        return None;
    }
    let (id, was) = (conversation.id.clone(), conversation.title.clone());
    Some(Effect::Api(ApiEffect::WriteTitle {
        id,
        old_title: was,
        question: question.text.clone(),
        model,
    }))
}

/// Takes a title that was written; the disk looks once more whether it is still wanted.
#[must_use]
pub fn apply_title(state: &State, id: ConversationId, was: String, written: &str) -> Vec<Effect> {
    let Some(title) = title::from_model(written).filter(|title| *title != was) else {
        return Vec::new();
    };
    vec![Effect::Store(StoreEffect::ReplaceTitle { id, old_title: was, title, at: state.now })]
}
