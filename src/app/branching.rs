//! Another way on from an earlier place: asking for another answer, flipping between the ways there
//! are. The shared file holds the visible one; the store keeps the others.
//! May not store anything; verbs are effects.

use std::sync::Arc;

use crate::chat::branch::{self, Flip, Fork};
use crate::chat::{Change, ConversationId, Draft, Message, Readability, Role, Turn, TurnPhase};

use super::{
    Anchor, Effect, NoticeKind, OpenConversation, Scroll, State, StoreEffect, Unsaved, on_web,
    reply, select, transcript,
};

/// What asks a model to go on with an answer that ended early.
const GO_ON: &str = "Continue exactly where you stopped.";

/// Asks the last question again: where it has no answer yet, or for another answer.
pub fn retry(state: &mut State) -> Vec<Effect> {
    let open = state.transcript.open.as_ref();
    // An earlier message that was chosen is what is meant; without one, the end.
    let at_end = open.is_some_and(|open| meant(state, open) >= last(open));
    let unanswered = at_end && open.is_some_and(transcript::is_unanswered);
    if unanswered && state.open_turn().is_none() && on_web::warns(state) {
        return Vec::new();
    }
    let turn = state.open_turn();
    let waits = turn.is_some_and(|turn| matches!(turn.phase(), TurnPhase::Retrying { .. }));
    if waits || unanswered && turn.is_none() {
        return reply::retry(state);
    }
    if is_kept_from_it(state) {
        return Vec::new();
    }
    let Some(open) = &state.transcript.open else {
        return Vec::new();
    };
    let Some(at) = question(open, meant(state, open)) else {
        state.say(NoticeKind::Info, "There is no question to ask again yet.");
        return Vec::new();
    };
    ask_from(state, at.saturating_add(1), None, Draft::default())
}

/// Lets the model go on with an answer that ended early.
pub fn go_on(state: &mut State) -> Vec<Effect> {
    if is_kept_from_it(state) {
        return Vec::new();
    }
    let Some(open) = &state.transcript.open else {
        return Vec::new();
    };
    let cut = open.marks.iter().any(|(place, _)| place.saturating_add(1) == open.messages.len());
    if !cut || transcript::is_unanswered(open) {
        state.say(NoticeKind::Info, "The last answer is whole.");
        return Vec::new();
    }
    let id = open.id.clone();
    state.transcript.scroll = Scroll::Follow;
    state.notice = None;
    ask_also(state, id, GO_ON.to_owned())
}

/// Asks one more question in a conversation there is, whether or not it is on screen.
pub fn ask_also(state: &mut State, id: ConversationId, text: String) -> Vec<Effect> {
    let message = Message::question(text.clone(), state.now);
    if let Some(open) = state.transcript.open.as_mut().filter(|open| open.id == id) {
        open.failure = None;
        open.messages.push(Arc::new(message.clone()));
    }
    let change = Change::Append { id: id.clone(), message };
    vec![begin(state, id, text.into(), vec![change])]
}

/// Shows another of the ways on there are from a place.
pub fn flip(state: &mut State, flip: Flip) -> Vec<Effect> {
    let at = state.now;
    if is_kept_from_it(state) {
        return Vec::new();
    }
    let Some(open) = &state.transcript.open else {
        return Vec::new();
    };
    let Some(fork) = fork(state, open) else {
        state.say(NoticeKind::Info, "There is only one version of this conversation.");
        return Vec::new();
    };
    let parent = fork.at.checked_sub(1).and_then(|place| open.messages.get(place));
    let found = branch::other(&open.branches, parent.map(|it| &**it), fork, flip);
    let Some(messages) = found.map(<[Message]>::to_vec) else {
        let end = if flip == Flip::Earlier { "first" } else { "last" };
        state.say(NoticeKind::Info, format!("This is the {end} of {} versions.", fork.ways));
        return Vec::new();
    };
    let id = open.id.clone();
    let removed = replace(state, fork.at, messages.clone());
    state.transcript.scroll = Scroll::At(Anchor { message: fork.at, line: 0 });
    state.notice = None;
    let change = Change::ReplaceTail { id, keep: fork.at, removed, messages, at };
    vec![Effect::Store(StoreEffect::Commit(vec![change]))]
}

/// The fork that flipping is about: the one of the chosen message, else the last one before it;
/// where none was chosen, the last of the conversation.
fn fork(state: &State, open: &OpenConversation) -> Option<Fork> {
    let Some(chosen) = select::selected(state) else {
        return open.forks.last().copied();
    };
    let before = open.forks.iter().rev().find(|fork| fork.at <= chosen);
    before.or_else(|| open.forks.first()).copied()
}

/// Says what keeps the conversation on screen from being changed, if anything does.
pub(super) fn is_kept_from_it(state: &mut State) -> bool {
    let said = match &state.transcript.open {
        None => Some("There is nothing here yet."),
        Some(_) if state.open_turn().is_some() => Some(reply::STILL_COMING),
        Some(_) if state.transcript.opening.is_some() => Some("Another conversation is opening."),
        Some(open) if open.readability != Readability::Whole => {
            Some("This conversation cannot be changed.")
        }
        Some(_) => None,
    };
    if let Some(said) = said {
        state.say(NoticeKind::Info, said);
    }
    said.is_some()
}

/// Position of the message that is meant: the one chosen, else the last.
pub(super) fn meant(state: &State, open: &OpenConversation) -> usize {
    select::selected(state).unwrap_or_else(|| last(open)).min(last(open))
}

/// Position of the last message.
fn last(open: &OpenConversation) -> usize {
    open.messages.len().saturating_sub(1)
}

/// The question that a message belongs to: itself, or the last one before it.
pub(super) fn question(open: &OpenConversation, place: usize) -> Option<usize> {
    let before = open.messages.get(..=place)?;
    before.iter().rposition(|message| message.role == Role::User)
}

/// Everything from a place on gives way to another question, or to nothing, and the model is
/// asked.
pub(super) fn ask_from(
    state: &mut State,
    keep: usize,
    question: Option<Message>,
    typed: Draft,
) -> Vec<Effect> {
    let at = state.now;
    let Some(id) = state.transcript.open.as_ref().map(|open| open.id.clone()) else {
        return Vec::new();
    };
    let messages: Vec<Message> = question.into_iter().collect();
    let removed = replace(state, keep, messages.clone());
    state.transcript.scroll = Scroll::Follow;
    state.notice = None;
    let change = Change::ReplaceTail { id: id.clone(), keep, removed, messages, at };
    vec![begin(state, id, typed, vec![change])]
}

/// A turn that starts with these changes.
fn begin(state: &mut State, id: ConversationId, typed: Draft, changes: Vec<Change>) -> Effect {
    let turn = state.ids.turn();
    state.turns.push(Turn::new(turn.clone(), id.clone(), state.now));
    let unsaved = Unsaved { turn: turn.clone(), draft: typed, starts_conversation: false };
    state.unsaved.push(unsaved);
    Effect::Store(StoreEffect::KeepQuestion { turn, conversation: id, changes })
}

/// Shows at once what the file will hold; tells what gave way. The next reading confirms it.
fn replace(state: &mut State, keep: usize, messages: Vec<Message>) -> Vec<Message> {
    let Some(open) = state.transcript.open.as_mut() else {
        return Vec::new();
    };
    let removed: Vec<Message> =
        open.messages.iter().skip(keep).map(|message| Message::clone(message)).collect();
    let parent = keep.checked_sub(1).and_then(|place| open.messages.get(place)).cloned();
    branch::remember(&mut open.branches, parent.as_deref(), &removed);
    open.messages.truncate(keep);
    open.messages.extend(messages.into_iter().map(Arc::new));
    open.marks.retain(|(place, _)| *place < keep);
    open.last_answer = None;
    open.failure = None;
    let tail = open.messages.iter().skip(keep).map(|message| &**message);
    let behind = branch::forks_from(&open.branches, keep, parent.as_deref(), tail);
    open.forks.retain(|fork| fork.at < keep);
    open.forks.extend(behind);
    removed
}
