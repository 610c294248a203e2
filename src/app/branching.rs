//! Another way on from an earlier place: asking for another answer, flipping between the ways there
//! are. The shared file holds the visible one; the store keeps the others.
//! May not store anything; verbs are effects.

use std::sync::Arc;

use crate::chat::branch::{self, BranchDirection, Fork};
use crate::chat::{Change, ConversationId, Draft, Message, Readability, Role, TurnPhase};

use super::{Anchor, Effect, NoticeKind, OpenConversation, Scroll, State, StoreEffect, transcript};
use crate::app::begin_turn::begin_turn;
use crate::app::{message_selection, remote_turn, turn_actions};

/// What asks a model to go on with an answer that ended early.
const CONTINUE_PROMPT: &str = "Continue exactly where you stopped.";

/// Asks the last question again: where it has no answer yet, or for another answer.
pub fn retry(state: &mut State) -> Vec<Effect> {
    let open = state.transcript.open.as_ref();
    // An earlier message that was chosen is what is meant; without one, the end.
    let at_end = open.is_some_and(|open| target_position(state, open) >= last_position(open));
    let unanswered = at_end && open.is_some_and(transcript::is_unanswered);
    if unanswered && state.open_turn().is_none() && remote_turn::warn_if_answering(state) {
        return Vec::new();
    }
    let turn = state.open_turn();
    let waits = turn.is_some_and(|turn| matches!(turn.phase(), TurnPhase::Retrying { .. }));
    if waits || unanswered && turn.is_none() {
        return turn_actions::retry_last(state);
    }
    if is_change_blocked(state) {
        return Vec::new();
    }
    let Some(open) = &state.transcript.open else {
        return Vec::new();
    };
    let Some(at) = question_position(open, target_position(state, open)) else {
        state.show_notice(NoticeKind::Info, "There is no question to ask again.");
        return Vec::new();
    };
    replace_and_ask(state, at.saturating_add(1), None, Draft::default())
}

/// Lets the model go on with an answer that ended early.
pub fn continue_answer(state: &mut State) -> Vec<Effect> {
    if is_change_blocked(state) {
        return Vec::new();
    }
    let Some(open) = &state.transcript.open else {
        return Vec::new();
    };
    let cut =
        open.interruptions.iter().any(|(place, _)| place.saturating_add(1) == open.messages.len());
    if !cut || transcript::is_unanswered(open) {
        state.show_notice(NoticeKind::Info, "The last answer is complete.");
        return Vec::new();
    }
    let id = open.id.clone();
    state.transcript.scroll = Scroll::Follow;
    state.notice = None;
    ask_in_conversation(state, id, CONTINUE_PROMPT.to_owned())
}

/// Asks one more question in a conversation there is, whether or not it is on screen.
pub fn ask_in_conversation(state: &mut State, id: ConversationId, text: String) -> Vec<Effect> {
    let message = Message::question(text.clone(), state.now);
    if let Some(open) = state.transcript.open.as_mut().filter(|open| open.id == id) {
        open.failure = None;
        open.messages.push(Arc::new(message.clone()));
    }
    let change = Change::Append { id: id.clone(), message };
    vec![begin_turn(state, id, text.into(), vec![change], None)]
}

/// Shows another of the ways on there are from a place.
pub fn switch_branch(state: &mut State, flip: BranchDirection) -> Vec<Effect> {
    let at = state.now;
    if is_change_blocked(state) {
        return Vec::new();
    }
    let Some(open) = &state.transcript.open else {
        return Vec::new();
    };
    let Some(fork) = current_fork(state, open) else {
        state.show_notice(NoticeKind::Info, "This conversation has only one version.");
        return Vec::new();
    };
    let parent = fork.position.checked_sub(1).and_then(|place| open.messages.get(place));
    let found = branch::alternative(&open.branches, parent.map(|it| &**it), fork, flip);
    let Some(messages) = found.map(<[Message]>::to_vec) else {
        let end = if flip == BranchDirection::Earlier { "first" } else { "last" };
        state.show_notice(
            NoticeKind::Info,
            format!("This is the {end} of {} versions.", fork.alternatives),
        );
        return Vec::new();
    };
    let id = open.id.clone();
    let removed = replace_from(state, fork.position, messages.clone());
    state.transcript.scroll = Scroll::At(Anchor { message: fork.position, line: 0 });
    state.notice = None;
    let change = Change::ReplaceTail { id, keep: fork.position, removed, messages, at };
    vec![Effect::Store(StoreEffect::Commit(vec![change]))]
}

/// The fork that flipping is about: the one of the chosen message, else the last one before it;
/// where none was chosen, the last of the conversation.
fn current_fork(state: &State, open: &OpenConversation) -> Option<Fork> {
    let Some(chosen) = message_selection::selected_message(state) else {
        return open.forks.last().copied();
    };
    let before = open.forks.iter().rev().find(|fork| fork.position <= chosen);
    before.or_else(|| open.forks.first()).copied()
}

/// Says what keeps the conversation on screen from being changed, if anything does.
pub(super) fn is_change_blocked(state: &mut State) -> bool {
    let said = match &state.transcript.open {
        None => Some("This conversation is empty."),
        Some(_) if state.open_turn().is_some() => Some(turn_actions::ANSWER_IN_PROGRESS),
        Some(_) if state.transcript.opening.is_some() => {
            Some("Another conversation is still opening.")
        }
        Some(open) if open.readability != Readability::Whole => {
            Some("This conversation cannot be changed.")
        }
        Some(_) => None,
    };
    if let Some(said) = said {
        state.show_notice(NoticeKind::Info, said);
    }
    said.is_some()
}

/// Position of the message that is meant: the one chosen, else the last.
pub(super) fn target_position(state: &State, open: &OpenConversation) -> usize {
    message_selection::selected_message(state)
        .unwrap_or_else(|| last_position(open))
        .min(last_position(open))
}

/// Position of the last message.
fn last_position(open: &OpenConversation) -> usize {
    open.messages.len().saturating_sub(1)
}

/// The question that a message belongs to: itself, or the last one before it.
pub(super) fn question_position(open: &OpenConversation, place: usize) -> Option<usize> {
    let before = open.messages.get(..=place)?;
    before.iter().rposition(|message| message.role == Role::User)
}

/// Everything from a place on gives way to another question, or to nothing, and the model is
/// asked.
pub(super) fn replace_and_ask(
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
    let removed = replace_from(state, keep, messages.clone());
    state.transcript.scroll = Scroll::Follow;
    state.notice = None;
    let change = Change::ReplaceTail { id: id.clone(), keep, removed, messages, at };
    vec![begin_turn(state, id, typed, vec![change], None)]
}

/// Shows at once what the file will hold; tells what gave way. The next reading confirms it.
fn replace_from(state: &mut State, keep: usize, messages: Vec<Message>) -> Vec<Message> {
    let Some(open) = state.transcript.open.as_mut() else {
        return Vec::new();
    };
    let removed: Vec<Message> =
        open.messages.iter().skip(keep).map(|message| Message::clone(message)).collect();
    let parent = keep.checked_sub(1).and_then(|place| open.messages.get(place)).cloned();
    branch::save_branch(&mut open.branches, parent.as_deref(), &removed);
    open.messages.truncate(keep);
    open.messages.extend(messages.into_iter().map(Arc::new));
    open.interruptions.retain(|(place, _)| *place < keep);
    open.last_answer = None;
    open.failure = None;
    let tail = open.messages.iter().skip(keep).map(|message| &**message);
    let behind = branch::forks_from(&open.branches, keep, parent.as_deref(), tail);
    open.forks.retain(|fork| fork.position < keep);
    open.forks.extend(behind);
    removed
}
