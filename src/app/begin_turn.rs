//! Begins a turn in the window: the question goes to the store first, and is sent once it is on disk.

use crate::chat::{Change, ConversationId, Draft, Fingerprint, Turn};

use super::{Effect, QuestionOverrides, State, StoreEffect, UnsavedQuestion, drafts};

/// Begins a turn that stores `changes`, or asks the question that is stored already again. `draft` comes
/// back to the composer where the question cannot be stored.
pub(super) fn begin_turn(
    state: &mut State,
    conversation: ConversationId,
    draft: Draft,
    changes: Vec<Change>,
    existing_question: Option<Fingerprint>,
) -> Vec<Effect> {
    let overrides = QuestionOverrides::default();
    begin_turn_with(state, conversation, draft, changes, existing_question, overrides)
}

/// The same for a question with options of its own.
pub(super) fn begin_turn_with(
    state: &mut State,
    conversation: ConversationId,
    draft: Draft,
    changes: Vec<Change>,
    existing_question: Option<Fingerprint>,
    overrides: QuestionOverrides,
) -> Vec<Effect> {
    let turn = state.ids.next_turn_id();
    state.turns.push(Turn::new(turn.clone(), conversation.clone(), state.now));
    let starts_conversation = matches!(changes.first(), Some(Change::Create { .. }));
    let unsaved = UnsavedQuestion {
        turn: turn.clone(),
        conversation: conversation.clone(),
        draft,
        starts_conversation,
        overrides,
    };
    let owner_id = unsaved.draft_owner();
    let mut effects = Vec::new();
    let is_typed = !unsaved.draft.is_empty();
    state.unsaved_questions.push(unsaved);
    if is_typed {
        effects = drafts::save_sent(state, owner_id);
    }
    let server = state.session.options().server.map(|server| server.name);
    effects.push(Effect::Store(StoreEffect::StoreQuestion {
        turn,
        conversation,
        changes,
        existing_question,
        server,
    }));
    effects
}
