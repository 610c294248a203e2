//! Store events about turns: the question is stored, or the ending is or could not be. Must not decide
//! what happens to the turn: `chat::turn` does.

use crate::chat::{ConversationId, Failure, Message, Role, TurnEvent, TurnId};

use crate::app::{
    Effect, LoadedConversation, NoticeKind, State, StoreEffect,
    list::list_actions,
    question::drafts,
    temporary,
    transcript::{earlier_messages, navigation},
    turn::{branching, queued_questions, titles, turn_steps},
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
    let mut effects = sent.map(|it| drafts::delete_sent(state, it)).unwrap_or_default();
    navigation::refresh_shown(state, loaded);
    earlier_messages::want_again(state);
    if conversation_of(state, id).is_none() {
        return effects;
    }
    if state.confirm_undo(&conversation.id, Some(id)) {
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
        Some(conversation) if answered && !cut => ask_next(state, &conversation),
        Some(conversation) => queued_questions::return_to_composer(state, &conversation),
        None => Vec::new(),
    });
    effects.extend(title);
    effects.push(Effect::Store(StoreEffect::List));
    effects
}

/// Asks the next queued question of a conversation.
fn ask_next(state: &mut State, conversation: &ConversationId) -> Vec<Effect> {
    match queued_questions::take_next(state, conversation) {
        Some(text) => branching::ask_in_conversation(state, conversation.clone(), text),
        None => Vec::new(),
    }
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
