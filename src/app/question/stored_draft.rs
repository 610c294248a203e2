//! The stored draft of a conversation: its questions that are not stored yet, its queued questions, the
//! calls of templates that are not questions yet, then the text being written.

use crate::chat::{ConversationId, Draft};

use crate::app::{Effect, SessionEffect, State};

/// Queued questions of a conversation, the next one first.
pub(crate) fn queued_texts<'a>(
    state: &'a State,
    conversation: &ConversationId,
) -> impl Iterator<Item = &'a str> {
    let id = conversation.clone();
    state.queued_questions.iter().filter(move |it| it.conversation == id).map(|it| it.text.as_str())
}

/// The effect that saves a draft with the questions in front of it.
#[must_use]
pub(crate) fn save_effect(
    state: &State,
    owner_id: Option<ConversationId>,
    written: Draft,
) -> Effect {
    let unsaved = state.unsaved_questions.iter().filter(|it| it.draft_owner() == owner_id);
    let unsaved = unsaved.map(|it| it.draft.clone());
    let queued = owner_id.iter().flat_map(|id| queued_texts(state, id)).map(Draft::from);
    let calls = state.templates.calls.iter().filter(|(owner, _)| *owner == owner_id);
    let calls = calls.map(|(_, call)| call.text().into());
    let all = unsaved.chain(queued).chain(calls).chain([written]).filter(|draft| !draft.is_empty());
    let mut all: Vec<Draft> = all.collect();
    let draft = if all.len() == 1 {
        all.pop().unwrap_or_default()
    } else {
        // Together they do not edit an earlier question.
        all.iter().map(|draft| draft.text.as_str()).collect::<Vec<_>>().join("\n\n").into()
    };
    Effect::Session(SessionEffect::SaveDraft { conversation: owner_id, draft })
}
