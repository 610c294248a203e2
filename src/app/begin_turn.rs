//! Begins a turn in the window: the question goes to the store first, and is sent once it is on disk.

use crate::chat::{Change, ConversationId, Draft, Fingerprint, Turn};

use super::{Effect, QuestionOverrides, State, StoreEffect, UnsavedQuestion};

/// Begins a turn that stores `changes`, or asks the question that is stored already again. `draft` comes
/// back to the composer where the question cannot be stored.
pub(super) fn begin_turn(
    state: &mut State,
    conversation: ConversationId,
    draft: Draft,
    changes: Vec<Change>,
    existing_question: Option<Fingerprint>,
) -> Effect {
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
) -> Effect {
    let turn = state.ids.next_turn_id();
    state.turns.push(Turn::new(turn.clone(), conversation.clone(), state.now));
    let starts_conversation = matches!(changes.first(), Some(Change::Create { .. }));
    let unsaved = UnsavedQuestion { turn: turn.clone(), draft, starts_conversation, overrides };
    state.unsaved_questions.push(unsaved);
    let server = state.session.options().server.map(|server| server.name);
    Effect::Store(StoreEffect::StoreQuestion {
        turn,
        conversation,
        changes,
        existing_question,
        server,
    })
}
