//! Begins a turn in the window. Its question is a draft until it is stored.

use crate::chat::{Change, ConversationId, Draft, Fingerprint, Turn, TurnEvent};

use crate::app::{
    Effect, QuestionOverrides, State, UnsavedQuestion, question::drafts, turn::turn_steps,
};

/// Begins a turn that stores `changes`, or asks the question that is stored already again. `draft` comes
/// back to the composer where the question cannot be stored.
pub(in crate::app) fn begin_turn(
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
pub(in crate::app) fn begin_turn_with(
    state: &mut State,
    conversation: ConversationId,
    draft: Draft,
    changes: Vec<Change>,
    existing_question: Option<Fingerprint>,
    overrides: QuestionOverrides,
) -> Vec<Effect> {
    let turn = state.ids.next_turn_id();
    if matches!(changes.as_slice(), [Change::ReplaceFrom { removed, .. }] if !removed.is_empty()) {
        state.push_undo_of_question(turn.clone(), conversation.clone());
    }
    state.turns.push(Turn::new(turn.clone(), conversation.clone(), state.now));
    let unsaved = UnsavedQuestion {
        turn: turn.clone(),
        conversation,
        draft,
        starts_conversation: matches!(changes.first(), Some(Change::Create { .. })),
        changes,
        existing_question,
        server: state.session.options().server.map(|server| server.name),
        overrides,
    };
    let owner_id = unsaved.draft_owner();
    let is_typed = !unsaved.draft.is_empty();
    state.unsaved_questions.push(unsaved);
    let mut effects = if is_typed { drafts::save_sent(state, owner_id) } else { Vec::new() };
    effects.extend(turn_steps::feed_event(state, &turn, TurnEvent::Begun));
    effects
}
