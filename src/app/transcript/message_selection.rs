//! Selects a message of the transcript: the next, the previous, the next question.

use crate::chat::Role;

use crate::app::{Anchor, Direction, Effect, Focus, Scroll, State};

/// The position of the selected message while the transcript has the focus; one past the last
/// message is the live answer.
#[must_use]
pub fn selected_message(state: &State) -> Option<usize> {
    let count = item_count(state);
    state.transcript.selected.filter(|at| state.focus == Focus::Transcript && *at < count)
}

/// The position of the selected message, else of the last one that is stored.
#[must_use]
pub(crate) fn selected_or_last(state: &State) -> Option<usize> {
    let last = state.transcript.open.as_ref().and_then(|open| open.messages.len().checked_sub(1));
    selected_message(state).or(last)
}

/// The text and the role of a message or of the live answer.
#[must_use]
pub fn text_of(state: &State, item: usize) -> Option<(&str, &Role)> {
    let open = state.transcript.open.as_ref()?;
    if let Some(message) = open.messages.get(item) {
        return Some((&message.text, &message.role));
    }
    let turn = state.open_turn().filter(|turn| !turn.answer().is_empty())?;
    (item == open.messages.len()).then_some((turn.answer(), &Role::Assistant))
}

/// Selects the next or previous message and focuses the transcript.
pub fn select_adjacent(state: &mut State, step: Direction) -> Vec<Effect> {
    let Some(last) = item_count(state).checked_sub(1) else {
        return Vec::new();
    };
    let to = match (selected_message(state), step) {
        (Some(at), Direction::Back) => at.saturating_sub(1),
        (Some(at), Direction::Forward) => at.saturating_add(1).min(last),
        (None, Direction::Back) if state.transcript.scroll == Scroll::Follow => last,
        (None, _) => state.measured.top.message.min(last),
    };
    select_message(state, to);
    state.transcript.scroll = Scroll::ShowMessage(to);
    Vec::new()
}

/// Selects the next or previous question and scrolls it to the top.
pub fn select_adjacent_question(state: &mut State, step: Direction) -> Vec<Effect> {
    let Some(open) = &state.transcript.open else {
        return Vec::new();
    };
    let is_question = |at: &usize| open.messages.get(*at).is_some_and(|it| it.role == Role::User);
    let top = state.measured.top;
    let to = match (selected_message(state), step) {
        (Some(at), Direction::Back) => (0..at).rev().find(is_question),
        // A question that starts above the view counts as a previous one.
        (None, Direction::Back) => {
            let end = top.message.saturating_add(usize::from(top.line > 0));
            (0..end).rev().find(is_question)
        }
        (Some(at), Direction::Forward) => {
            (at.saturating_add(1)..open.messages.len()).find(is_question)
        }
        (None, Direction::Forward) => {
            (top.message.saturating_add(1)..open.messages.len()).find(is_question)
        }
    };
    if let Some(to) = to {
        select_message(state, to);
        state.transcript.scroll = Scroll::At(Anchor { message: to, line: 0 });
    }
    Vec::new()
}

/// Selects a message and focuses the transcript.
pub fn select_message(state: &mut State, item: usize) {
    state.focus = Focus::Transcript;
    state.transcript.selection = None;
    state.transcript.selected = Some(item);
}

fn item_count(state: &State) -> usize {
    let Some(open) = &state.transcript.open else {
        return 0;
    };
    let grows = state.open_turn().is_some_and(|turn| !turn.answer().is_empty());
    open.messages.len().saturating_add(usize::from(grows))
}
