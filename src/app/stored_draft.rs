//! The stored draft of a conversation: its queued questions, then the text being written.

use crate::chat::{ConversationId, Draft};

use super::{Effect, State, StoreEffect};

/// Queued questions of a conversation, the next one first.
pub(crate) fn queued_texts<'a>(
    state: &'a State,
    conversation: &ConversationId,
) -> impl Iterator<Item = &'a str> {
    let id = conversation.clone();
    state.queued_questions.iter().filter(move |it| it.conversation == id).map(|it| it.text.as_str())
}

/// The effect that saves a draft with the queued questions.
#[must_use]
pub(crate) fn save_effect(
    state: &State,
    owner_id: Option<ConversationId>,
    written: Draft,
) -> Effect {
    let waiting: Vec<&str> = owner_id.iter().flat_map(|id| queued_texts(state, id)).collect();
    // After queued questions, the text no longer edits an earlier one.
    let edits = written.edits.filter(|_| waiting.is_empty() && !written.text.is_empty());
    let all = waiting.into_iter().chain((!written.text.is_empty()).then_some(&*written.text));
    let text = all.collect::<Vec<_>>().join("\n\n");
    let draft = Draft { text, edits };
    Effect::Store(StoreEffect::SaveDraft { conversation: owner_id, draft })
}
