//! Retrying, continuing and switching branches. The shared file holds the visible branch, the store
//! keeps the others.

use std::sync::Arc;

use crate::chat::answer::CONTINUE_PROMPT;
use crate::chat::branch::{self, BranchDirection, Fork};
use crate::chat::{Change, ConversationId, Draft, Message, Readability, Role, TurnPhase};
use crate::settings::Action;

use crate::app::turn::begin_turn::begin_turn;
use crate::app::{
    Anchor, Effect, NoticeKind, OpenConversation, Scroll, State, StoreEffect, UndoAction,
    transcript,
};
use crate::app::{
    list::target,
    transcript::{earlier_messages, message_selection},
    turn::{remote_turn, turn_actions},
};

/// Asks the last question again, whether or not it has an answer.
pub(crate) fn retry(state: &mut State) -> Vec<Effect> {
    let open = state.transcript.open.as_ref();
    // The selected message decides; without a selection it is the last one.
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

/// Asks the model to continue an answer that ended early.
pub(crate) fn continue_answer(state: &mut State) -> Vec<Effect> {
    if is_change_blocked(state) {
        return Vec::new();
    }
    let Some(open) = &state.transcript.open else {
        return Vec::new();
    };
    if transcript::is_unanswered(open) {
        let key = state.keymap.primary_key(Action::Retry);
        let key = key.map_or_else(|| "Type /retry".to_owned(), |key| format!("Press {key}"));
        let text = format!("The last question has no answer. {key} to ask it again.");
        state.show_notice(NoticeKind::Info, text);
        return Vec::new();
    }
    let cut =
        open.interruptions.iter().any(|(index, _)| index.saturating_add(1) == open.messages.len());
    if !cut {
        state.show_notice(NoticeKind::Info, "The last answer is complete.");
        return Vec::new();
    }
    let id = open.id.clone();
    state.transcript.scroll = Scroll::Follow;
    state.notice = None;
    ask_in_conversation(state, id, CONTINUE_PROMPT.to_owned())
}

/// Asks a question in an existing conversation, whether or not it is on screen.
pub(crate) fn ask_in_conversation(
    state: &mut State,
    id: ConversationId,
    text: String,
) -> Vec<Effect> {
    let message = Message::question(text.clone(), state.now);
    if let Some(open) = state.transcript.open.as_mut().filter(|open| open.id == id) {
        open.failure = None;
        open.messages.push(Arc::new(message.clone()));
    }
    let change = Change::Append { id: id.clone(), message };
    begin_turn(state, id, text.into(), vec![change], None)
}

/// Shows an earlier or a later branch at the current fork.
pub(crate) fn switch_branch(state: &mut State, direction: BranchDirection) -> Vec<Effect> {
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
    let parent = fork.position.checked_sub(1).and_then(|index| open.messages.get(index));
    let found = branch::alternative(&open.branches, parent.map(|it| &**it), fork, direction);
    let Some(messages) = found.map(<[Message]>::to_vec) else {
        let end = if direction == BranchDirection::Earlier { "first" } else { "last" };
        state.show_notice(
            NoticeKind::Info,
            format!("This is the {end} of {} versions.", fork.alternatives),
        );
        return Vec::new();
    };
    let id = open.id.clone();
    state.push_undo(id.clone(), UndoAction::Restore(None));
    let removed = replace_from(state, fork.position, messages.clone());
    state.transcript.scroll = Scroll::At(Anchor { message: fork.position, line: 0 });
    state.notice = None;
    let change = Change::ReplaceFrom { id, keep: fork.position, removed, messages, at };
    vec![Effect::Store(StoreEffect::Commit(vec![change]))]
}

/// The fork to switch at: at or before the selected message, else the last one of the conversation.
fn current_fork(state: &State, open: &OpenConversation) -> Option<Fork> {
    let Some(chosen) = message_selection::selected_message(state) else {
        return open.forks.last().copied();
    };
    let before = open.forks.iter().rev().find(|fork| fork.position <= chosen);
    before.or_else(|| open.forks.first()).copied()
}

/// Shows why the conversation on screen cannot be changed and returns whether that is so.
pub(in crate::app) fn is_change_blocked(state: &mut State) -> bool {
    let wait = state.open_turn().map(turn_actions::wait_notice);
    let text = match &state.transcript.open {
        None => Some(target::NO_CONVERSATION_OPEN),
        Some(_) if wait.is_some() => wait,
        Some(_) if state.transcript.opening.is_some() => {
            Some("Another conversation is still opening.")
        }
        Some(open) if open.readability != Readability::Whole => {
            Some("This conversation cannot be changed.")
        }
        Some(_) => None,
    };
    let text = text
        .or_else(|| (!earlier_messages::want_all(state)).then_some(earlier_messages::BEING_READ));
    if let Some(text) = text {
        state.show_notice(NoticeKind::Info, text);
    }
    text.is_some()
}

/// Position of the selected message, else of the last one.
pub(in crate::app) fn target_position(state: &State, open: &OpenConversation) -> usize {
    message_selection::selected_message(state)
        .unwrap_or_else(|| last_position(open))
        .min(last_position(open))
}

fn last_position(open: &OpenConversation) -> usize {
    open.messages.len().saturating_sub(1)
}

/// Position of the question a message belongs to: its own, or the last one before it.
pub(in crate::app) fn question_position(open: &OpenConversation, index: usize) -> Option<usize> {
    let before = open.messages.get(..=index)?;
    before.iter().rposition(|message| message.role == Role::User)
}

/// Replaces everything from a position on by another question or by nothing, and asks the model.
pub(in crate::app) fn replace_and_ask(
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
    let change = Change::ReplaceFrom { id: id.clone(), keep, removed, messages, at };
    begin_turn(state, id, typed, vec![change], None)
}

/// Shows a change at once and returns the messages it removes; reading the file confirms it later.
fn replace_from(state: &mut State, keep: usize, messages: Vec<Message>) -> Vec<Message> {
    let Some(open) = state.transcript.open.as_mut() else {
        return Vec::new();
    };
    let removed: Vec<Message> =
        open.messages.iter().skip(keep).map(|message| Message::clone(message)).collect();
    let parent = keep.checked_sub(1).and_then(|index| open.messages.get(index)).cloned();
    branch::save_branch(&mut open.branches, parent.as_deref(), &removed);
    open.messages.truncate(keep);
    open.messages.extend(messages.into_iter().map(Arc::new));
    open.interruptions.retain(|(index, _)| *index < keep);
    open.records.retain(|index, _| *index < keep);
    open.failure = None;
    let tail = open.messages.iter().skip(keep).map(|message| &**message);
    let after = branch::forks_from(&open.branches, keep, parent.as_deref(), tail);
    open.forks.retain(|fork| fork.position < keep);
    open.forks.extend(after);
    removed
}
