//! What the disk says about a turn: its question is safe or is not, its answer is stored or is not.
//! Must not decide what becomes of the turn: `chat::turn` does.

use crate::chat::{ConversationId, Draft, Failure, Message, Role, TurnEvent, TurnId};

use super::{
    Effect, NoticeKind, Opened, State, StoreEffect, arranging, drafts, navigation, queue,
    stored_draft, titles, transcript, turn_steps,
};

/// The question is safe: now it may be sent.
pub fn question_kept(state: &mut State, id: &TurnId, opened: Opened) -> Vec<Effect> {
    let conversation = opened.conversation.clone();
    let mut effects = forget_draft(state, id, &conversation.id);
    navigation::refresh(state, opened);
    if conversation_of(state, id).is_none() {
        return effects;
    }
    effects.extend(arranging::bring_back(state, &conversation.id));
    let options = Box::new(state.session.options());
    let accepted = TurnEvent::QuestionAccepted { conversation: Box::new(conversation), options };
    effects.extend(turn_steps::feed(state, id, accepted));
    effects.push(Effect::Store(StoreEffect::List));
    effects
}

/// A question that is safe is nobody's draft any more.
fn forget_draft(state: &mut State, id: &TurnId, of: &ConversationId) -> Vec<Effect> {
    let Some(place) = state.unsaved.iter().position(|unsaved| unsaved.turn == *id) else {
        return Vec::new();
    };
    let unsaved = state.unsaved.remove(place);
    drafts::forget_sent(state, &unsaved, of)
}

/// Nothing was sent: the text goes back where it was typed.
pub fn question_not_kept(state: &mut State, id: &TurnId, failure: Failure) -> Vec<Effect> {
    let conversation = conversation_of(state, id);
    let mut effects = turn_steps::feed(state, id, TurnEvent::QuestionNotStored(failure));
    let Some(place) = state.unsaved.iter().position(|unsaved| unsaved.turn == *id) else {
        return effects;
    };
    let mut unsaved = state.unsaved.remove(place);
    if let Some(conversation) = conversation.as_ref().filter(|_| unsaved.starts_conversation) {
        // What waits for the answer of a conversation that never was comes back with it.
        let waiting = queue::take_all(state, conversation);
        if !waiting.is_empty() {
            let texts = std::iter::once(unsaved.draft.text).chain(waiting);
            unsaved.draft.text = texts.collect::<Vec<_>>().join("\n\n");
            effects.push(stored_draft::keep(state, Some(conversation.clone()), Draft::default()));
        }
    } else if let Some(conversation) = &conversation {
        effects.extend(queue::give_back(state, conversation));
    }
    let on_screen = state.transcript.open.as_ref().map(|open| open.id.clone()) == conversation;
    if !on_screen {
        // Its pane is gone; the text waits as that conversation's draft.
        let conversation = conversation.filter(|_| !unsaved.starts_conversation);
        effects.extend(drafts::put_back(state, conversation, unsaved.draft));
        return effects;
    }
    if unsaved.starts_conversation {
        // What the user's own editor has of it belongs to the new conversation again.
        if let Some(lent) = state.lent.as_mut().filter(|lent| lent.whose == conversation) {
            lent.whose = None;
        }
        state.transcript.open = None;
    } else if let Some(open) = state.transcript.open.as_mut()
        && !unsaved.draft.is_empty()
    {
        open.messages.pop_if(|last| last.role == Role::User && last.text == unsaved.draft.text);
    }
    if !unsaved.draft.is_empty() {
        drafts::give_back(state, unsaved.draft);
    }
    // An edited question took others with it, which are still in the file.
    effects.extend(transcript::reopen(state));
    effects
}

/// The end of a turn is on disk: the growing answer gives way to the stored message.
pub fn answer_kept(state: &mut State, id: &TurnId, opened: Opened) -> Vec<Effect> {
    let conversation = conversation_of(state, id);
    let answer = answer_of(state, id, &opened);
    let mut effects = turn_steps::feed(state, id, TurnEvent::EndingStored);
    let answered = answer.is_some();
    let cut = opened.marks.iter().any(|(place, _)| Some(*place) == answer);
    let on_screen = state.transcript.open.as_ref().map(|open| open.id.clone()) == conversation;
    if !on_screen
        && answered
        && let Some(conversation) = &conversation
        && !state.list.unread.contains(conversation)
    {
        state.list.unread.push(conversation.clone());
    }
    let title = titles::want(state, &opened.conversation).filter(|_| !cut);
    navigation::refresh(state, opened);
    effects.extend(match conversation {
        Some(conversation) if answered && !cut => queue::ask_next(state, &conversation),
        Some(conversation) => queue::give_back(state, &conversation),
        None => Vec::new(),
    });
    effects.extend(title);
    effects.push(Effect::Store(StoreEffect::List));
    effects
}

/// The end of a turn could not be written to the shared file; what waited for it is the user's again.
pub fn answer_not_kept(state: &mut State, id: &TurnId, failure: Failure) -> Vec<Effect> {
    let mut effects = Vec::new();
    if let Some(conversation) = conversation_of(state, id) {
        effects = turn_steps::feed(state, id, TurnEvent::EndingNotStored(failure));
        effects.extend(queue::give_back(state, &conversation));
    } else {
        state.say(NoticeKind::Error, failure.to_string());
    }
    effects.push(Effect::Store(StoreEffect::List));
    effects
}

/// Where the answer of a turn stands: behind its question, which need not be the last.
fn answer_of(state: &State, id: &TurnId, opened: &Opened) -> Option<usize> {
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
