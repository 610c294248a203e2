//! What the disk says about a turn: its question is safe or is not, its answer is stored or is not.
//! Must not decide what becomes of the turn: `chat::turn` does.

use crate::chat::{ConversationId, Draft, Failure, Message, Role, TurnEvent, TurnId};

use crate::app::{
    Effect, LoadedConversation, NoticeKind, State, StoreEffect, drafts, list_actions, navigation,
    queued_questions, stored_draft, titles, transcript, turn_steps,
};

/// The question is safe: now it may be sent.
pub fn handle_question_stored(
    state: &mut State,
    id: &TurnId,
    opened: LoadedConversation,
) -> Vec<Effect> {
    let conversation = opened.conversation.clone();
    let mut effects = delete_sent_draft(state, id, &conversation.id);
    navigation::refresh_shown(state, opened);
    if conversation_of(state, id).is_none() {
        return effects;
    }
    effects.extend(list_actions::unarchive(state, &conversation.id));
    let options = Box::new(state.session.options());
    let accepted = TurnEvent::QuestionAccepted { conversation: Box::new(conversation), options };
    effects.extend(turn_steps::feed_event(state, id, accepted));
    effects.push(Effect::Store(StoreEffect::List));
    effects
}

/// A question that is safe is nobody's draft any more.
fn delete_sent_draft(state: &mut State, id: &TurnId, of: &ConversationId) -> Vec<Effect> {
    let Some(place) = state.unsaved_questions.iter().position(|unsaved| unsaved.turn == *id) else {
        return Vec::new();
    };
    let unsaved = state.unsaved_questions.remove(place);
    drafts::delete_sent(state, &unsaved, of)
}

/// Nothing was sent: the text goes back where it was typed.
pub fn handle_question_not_stored(state: &mut State, id: &TurnId, failure: Failure) -> Vec<Effect> {
    let conversation = conversation_of(state, id);
    let mut effects = turn_steps::feed_event(state, id, TurnEvent::QuestionNotStored(failure));
    let Some(place) = state.unsaved_questions.iter().position(|unsaved| unsaved.turn == *id) else {
        return effects;
    };
    let mut unsaved = state.unsaved_questions.remove(place);
    if let Some(conversation) = conversation.as_ref().filter(|_| unsaved.starts_conversation) {
        // What waits for the answer of a conversation that never was comes back with it.
        let waiting = queued_questions::remove_all(state, conversation);
        if !waiting.is_empty() {
            let texts = std::iter::once(unsaved.draft.text).chain(waiting);
            unsaved.draft.text = texts.collect::<Vec<_>>().join("\n\n");
            effects.push(stored_draft::save_effect(
                state,
                Some(conversation.clone()),
                Draft::default(),
            ));
        }
    } else if let Some(conversation) = &conversation {
        effects.extend(queued_questions::return_to_composer(state, conversation));
    }
    let on_screen = state.transcript.open.as_ref().map(|open| open.id.clone()) == conversation;
    if !on_screen {
        // Its pane is gone; the text waits as that conversation's draft.
        let conversation = conversation.filter(|_| !unsaved.starts_conversation);
        effects.extend(drafts::save_unsent(state, conversation, unsaved.draft));
        return effects;
    }
    if unsaved.starts_conversation {
        // What the user's own editor has of it belongs to the new conversation again.
        if let Some(lent) =
            state.external_edit.as_mut().filter(|lent| lent.conversation == conversation)
        {
            lent.conversation = None;
        }
        state.transcript.open = None;
    } else if let Some(open) = state.transcript.open.as_mut()
        && !unsaved.draft.is_empty()
    {
        open.messages.pop_if(|last| last.role == Role::User && last.text == unsaved.draft.text);
    }
    if !unsaved.draft.is_empty() {
        drafts::restore_unsent(state, unsaved.draft);
    }
    // An edited question took others with it, which are still in the file.
    effects.extend(transcript::reopen(state));
    effects
}

/// The end of a turn is on disk: the growing answer gives way to the stored message.
pub fn handle_answer_stored(
    state: &mut State,
    id: &TurnId,
    opened: LoadedConversation,
) -> Vec<Effect> {
    let conversation = conversation_of(state, id);
    let answer = answer_position(state, id, &opened);
    let mut effects = turn_steps::feed_event(state, id, TurnEvent::EndingStored);
    let answered = answer.is_some();
    let cut = opened.interruptions.iter().any(|(place, _)| Some(*place) == answer);
    let on_screen = state.transcript.open.as_ref().map(|open| open.id.clone()) == conversation;
    if !on_screen
        && answered
        && let Some(conversation) = &conversation
        && !state.list.unread.contains(conversation)
    {
        state.list.unread.push(conversation.clone());
    }
    let title = titles::request_title(state, &opened.conversation).filter(|_| !cut);
    navigation::refresh_shown(state, opened);
    effects.extend(match conversation {
        Some(conversation) if answered && !cut => queued_questions::ask_next(state, &conversation),
        Some(conversation) => queued_questions::return_to_composer(state, &conversation),
        None => Vec::new(),
    });
    effects.extend(title);
    effects.push(Effect::Store(StoreEffect::List));
    effects
}

/// The end of a turn could not be written to the shared file; what waited for it is the user's again.
pub fn handle_answer_not_stored(state: &mut State, id: &TurnId, failure: Failure) -> Vec<Effect> {
    let mut effects = Vec::new();
    if let Some(conversation) = conversation_of(state, id) {
        effects = turn_steps::feed_event(state, id, TurnEvent::EndingNotStored(failure));
        effects.extend(queued_questions::return_to_composer(state, &conversation));
    } else {
        state.show_notice(NoticeKind::Error, failure.to_string());
    }
    effects.push(Effect::Store(StoreEffect::List));
    effects
}

/// Where the answer of a turn stands: behind its question, which need not be the last.
fn answer_position(state: &State, id: &TurnId, opened: &LoadedConversation) -> Option<usize> {
    let turn = state.turns.iter().find(|turn| turn.id == *id)?;
    let is_it = |message: &Message| {
        message.role == Role::Assistant && !message.text.is_empty() && message.text == turn.answer()
    };
    opened.conversation.messages.iter().rposition(is_it)
}

/// The conversation of a turn under way.
fn conversation_of(state: &State, id: &TurnId) -> Option<ConversationId> {
    state.turns.iter().find(|turn| turn.id == *id).map(|turn| turn.conversation.clone())
}
