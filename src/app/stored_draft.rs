//! What the disk is to hold as a conversation's draft: the questions that wait there, then what is
//! being written.

use crate::chat::{ConversationId, Draft};

use super::{Effect, State, StoreEffect};

/// Questions that wait in a conversation, the next one first.
pub fn queued_texts<'a>(
    state: &'a State,
    conversation: &ConversationId,
) -> impl Iterator<Item = &'a str> {
    let id = conversation.clone();
    state.queued_questions.iter().filter(move |it| it.conversation == id).map(|it| it.text.as_str())
}

/// Asks for a draft to be written down.
#[must_use]
pub fn save_effect(state: &State, whose: Option<ConversationId>, written: Draft) -> Effect {
    let waiting: Vec<&str> = whose.iter().flat_map(|id| queued_texts(state, id)).collect();
    // With questions before it, a text is no edit of another one.
    let edits = written.edits.filter(|_| waiting.is_empty() && !written.text.is_empty());
    let all = waiting.into_iter().chain((!written.text.is_empty()).then_some(&*written.text));
    let text = all.collect::<Vec<_>>().join("\n\n");
    let draft = Draft { text, edits };
    Effect::Store(StoreEffect::SaveDraft { conversation: whose, draft })
}
