//! Returns a question that was not stored to the user, with those that are queued behind it.

use crate::chat::{Draft, Role, TurnId};

use crate::app::{
    EditTarget, Effect, ExternalEdit, State, UnsavedQuestion,
    question::{drafts, stored_draft},
    transcript,
    transcript::earlier_messages,
    turn::queued_questions,
};

/// Returns the question of a turn that has ended without storing it.
pub(crate) fn return_question(state: &mut State, turn: &TurnId) -> Vec<Effect> {
    let Some(position) = state.unsaved_questions.iter().position(|unsaved| unsaved.turn == *turn)
    else {
        return Vec::new();
    };
    let mut unsaved = state.unsaved_questions.remove(position);
    let conversation = unsaved.conversation.clone();
    state.cancel_undo(&conversation, Some(turn));
    let mut emptied = return_queued(state, &mut unsaved);
    if unsaved.starts_conversation {
        emptied.extend(return_draft(state, &mut unsaved));
    }
    let on_screen = state.transcript.open.as_ref().is_some_and(|open| open.id == conversation);
    if on_screen {
        remove_from_screen(state, &unsaved);
        earlier_messages::want_again(state);
    }
    // Where the composer is another conversation's, the text waits as the draft of its own.
    let mut effects = Vec::new();
    if !unsaved.draft.is_empty() {
        effects.extend(drafts::save_unsent(state, unsaved.draft_owner(), unsaved.draft));
    }
    // Only then is the text gone from where it was.
    effects.extend(emptied);
    if on_screen {
        // An edited question took others with it, which are still in the file.
        effects.extend(transcript::reopen(state));
    }
    effects
}

/// Returns the questions queued behind one that was not stored: where its conversation does not
/// exist, they follow it in the same draft.
fn return_queued(state: &mut State, unsaved: &mut UnsavedQuestion) -> Vec<Effect> {
    let conversation = &unsaved.conversation;
    if !unsaved.starts_conversation {
        return queued_questions::return_to_composer(state, conversation);
    }
    let queued = queued_questions::remove_all(state, conversation);
    if queued.is_empty() {
        return Vec::new();
    }
    let texts = std::iter::once(std::mem::take(&mut unsaved.draft.text)).chain(queued);
    unsaved.draft.text = texts.collect::<Vec<_>>().join("\n\n");
    vec![stored_draft::save_effect(state, Some(conversation.clone()), Draft::default())]
}

/// Returns what was typed since for the conversation that does not exist: the texts of the composer and of
/// the external editor are for the new one again, and a draft follows the question.
fn return_draft(state: &mut State, unsaved: &mut UnsavedQuestion) -> Vec<Effect> {
    let owner_id = Some(unsaved.conversation.clone());
    if let Some(ExternalEdit { target: EditTarget::Question(owner), .. }) = &mut state.external_edit
        && *owner == owner_id
    {
        *owner = None;
    }
    let is_in_composer = drafts::owner(state) == owner_id;
    match state.drafts.remove(&owner_id) {
        // The composer has a newer one.
        Some(_) if is_in_composer => {}
        Some(draft) => unsaved.draft = std::mem::take(&mut unsaved.draft).followed_by(draft),
        None => return Vec::new(),
    }
    vec![stored_draft::save_effect(state, owner_id, Draft::default())]
}

/// Removes a question that was not stored from the transcript, and a conversation that would have
/// begun with it.
fn remove_from_screen(state: &mut State, unsaved: &UnsavedQuestion) {
    if unsaved.starts_conversation {
        state.transcript.open = None;
    } else if let Some(open) = state.transcript.open.as_mut()
        && !unsaved.draft.is_empty()
    {
        open.messages.pop_if(|last| last.role == Role::User && last.text == unsaved.draft.text);
    }
}
