//! Store events about turns: the question or the ending is stored, or could not be. Must not decide
//! what happens to the turn: `chat::turn` does.

use crate::chat::{ConversationId, Draft, Failure, Message, Role, TurnEvent, TurnId};

use crate::app::{
    Effect, LoadedConversation, NoticeKind, State, StoreEffect, UnsavedQuestion, drafts,
    list_actions, navigation, queued_questions, stored_draft, temporary, titles, transcript,
    turn_steps,
};

/// Sends a question that is stored now.
pub(crate) fn handle_question_stored(
    state: &mut State,
    id: &TurnId,
    loaded: LoadedConversation,
) -> Vec<Effect> {
    let conversation = loaded.conversation.clone();
    let unsaved = state.unsaved_questions.iter().position(|unsaved| unsaved.turn == *id);
    let unsaved = unsaved.map(|index| state.unsaved_questions.remove(index));
    let sent = unsaved.as_ref();
    let mut effects =
        sent.map(|it| drafts::delete_sent(state, it, &conversation.id)).unwrap_or_default();
    navigation::refresh_shown(state, loaded);
    if conversation_of(state, id).is_none() {
        return effects;
    }
    if state.confirm_undo(Some(&conversation.id)) {
        let text = format!("The earlier version is kept.{}", state.undo_hint());
        state.show_notice(NoticeKind::Info, text);
    }
    effects.extend(list_actions::unarchive(state, &conversation.id));
    let mut options = Box::new(temporary::answer_options(state, &conversation.id));
    if let Some(unsaved) = &unsaved {
        unsaved.overrides.apply_to(&mut options);
    }
    let accepted = TurnEvent::QuestionAccepted { conversation: Box::new(conversation), options };
    effects.extend(turn_steps::feed_event(state, id, accepted));
    effects.push(Effect::Store(StoreEffect::List));
    effects
}

/// Returns a question that could not be stored to the user.
pub(crate) fn handle_question_not_stored(
    state: &mut State,
    id: &TurnId,
    failure: Failure,
) -> Vec<Effect> {
    let conversation = conversation_of(state, id);
    if conversation.is_some() {
        state.cancel_undo(conversation.as_ref());
    }
    let mut effects = turn_steps::feed_event(state, id, TurnEvent::QuestionNotStored(failure));
    let Some(position) = state.unsaved_questions.iter().position(|unsaved| unsaved.turn == *id)
    else {
        return effects;
    };
    let mut unsaved = state.unsaved_questions.remove(position);
    effects.extend(return_queued(state, conversation.as_ref(), &mut unsaved));
    let on_screen = state.transcript.open.as_ref().map(|open| open.id.clone()) == conversation;
    if on_screen {
        remove_from_screen(state, conversation.as_ref(), &unsaved);
        if !unsaved.draft.is_empty() {
            drafts::restore_unsent(state, unsaved.draft);
        }
        // An edited question took others with it, which are still in the file.
        effects.extend(transcript::reopen(state));
    } else {
        // Another conversation is on screen: the text waits as the draft of its own.
        let conversation = conversation.filter(|_| !unsaved.starts_conversation);
        effects.extend(drafts::save_unsent(state, conversation, unsaved.draft));
    }
    effects
}

/// Returns the questions queued behind one that was not stored: where its conversation does not
/// exist, they follow it in the same draft.
fn return_queued(
    state: &mut State,
    conversation: Option<&ConversationId>,
    unsaved: &mut UnsavedQuestion,
) -> Vec<Effect> {
    let Some(conversation) = conversation else {
        return Vec::new();
    };
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

/// Removes a question that was not stored from the transcript, and a conversation that would have
/// begun with it.
fn remove_from_screen(
    state: &mut State,
    conversation: Option<&ConversationId>,
    unsaved: &UnsavedQuestion,
) {
    if unsaved.starts_conversation {
        // The text in the external editor belongs to the new conversation again.
        if let Some(edit) = &mut state.external_edit
            && edit.conversation.as_ref() == conversation
        {
            edit.conversation = None;
        }
        state.transcript.open = None;
    } else if let Some(open) = state.transcript.open.as_mut()
        && !unsaved.draft.is_empty()
    {
        open.messages.pop_if(|last| last.role == Role::User && last.text == unsaved.draft.text);
    }
}

/// Replaces the live answer by the stored message and asks the next queued question.
pub(crate) fn handle_answer_stored(
    state: &mut State,
    id: &TurnId,
    loaded: LoadedConversation,
) -> Vec<Effect> {
    let conversation = conversation_of(state, id);
    let answer = answer_position(state, id, &loaded);
    let turn = state.turns.iter().find(|turn| turn.id == *id);
    let server = turn.and_then(|turn| turn.options()).and_then(|options| options.server.clone());
    let mut effects = turn_steps::feed_event(state, id, TurnEvent::EndingStored);
    let answered = answer.is_some();
    let cut = loaded.interruptions.iter().any(|(index, _)| Some(*index) == answer);
    let on_screen = state.transcript.open.as_ref().map(|open| open.id.clone()) == conversation;
    if !on_screen
        && answered
        && let Some(conversation) = &conversation
        && !state.list.unread.contains(conversation)
    {
        state.list.unread.push(conversation.clone());
    }
    let title =
        titles::request_title(state, server.as_ref(), &loaded.conversation).filter(|_| !cut);
    navigation::refresh_shown(state, loaded);
    effects.extend(match conversation {
        Some(conversation) if answered && !cut => queued_questions::ask_next(state, &conversation),
        Some(conversation) => queued_questions::return_to_composer(state, &conversation),
        None => Vec::new(),
    });
    effects.extend(title);
    effects.push(Effect::Store(StoreEffect::List));
    effects
}

/// Handles an ending that could not be written to the shared file; queued questions return to the
/// user.
pub(crate) fn handle_answer_not_stored(
    state: &mut State,
    id: &TurnId,
    failure: Failure,
) -> Vec<Effect> {
    let Some(conversation) = conversation_of(state, id) else {
        state.show_failure(&failure);
        return vec![Effect::Store(StoreEffect::List)];
    };
    let mut effects = turn_steps::feed_event(state, id, TurnEvent::EndingNotStored(failure));
    effects.extend(queued_questions::return_to_composer(state, &conversation));
    effects.push(Effect::Store(StoreEffect::List));
    effects
}

/// Position of the answer of a turn: after its question, which need not be the last one.
fn answer_position(state: &State, id: &TurnId, loaded: &LoadedConversation) -> Option<usize> {
    let turn = state.turns.iter().find(|turn| turn.id == *id)?;
    let is_it = |message: &Message| {
        message.role == Role::Assistant && !message.text.is_empty() && message.text == turn.answer()
    };
    loaded.conversation.messages.iter().rposition(is_it)
}

/// The conversation of a running turn.
fn conversation_of(state: &State, id: &TurnId) -> Option<ConversationId> {
    state.turns.iter().find(|turn| turn.id == *id).map(|turn| turn.conversation.clone())
}
