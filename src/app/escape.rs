//! Esc: one step back from the innermost state. Overlays handle Esc themselves.

use super::{Effect, EscState, Focus, ListScope, NoticeKind, State, StoreEffect, list};
use crate::app::{
    list::list_actions,
    question::question_edit,
    transcript::{search_bar, text_selection},
    turn::turn_actions,
};

/// Takes the first of these steps that applies: close the filter, close the search bar, stop the
/// answer, cancel the export, clear the selection, cancel the edit, leave the archive, focus the composer. Pressed
/// twice in an empty composer, it edits the last question.
pub(crate) fn step_back(state: &mut State, before: EscState) -> Vec<Effect> {
    if let Some(effects) = cancel_innermost(state) {
        return effects;
    }
    state.notice = None;
    if state.focus == Focus::List && state.list.scope == ListScope::Archived {
        return list_actions::toggle_archived(state);
    }
    state.transcript.selected = None;
    let was_writing = state.focus == Focus::Composer && state.composer.text_is_empty();
    state.focus = Focus::Composer;
    if before == EscState::LeftEdit {
        state.esc_state = EscState::LeftEdit;
        return Vec::new();
    }
    if !was_writing || state.transcript.open.is_none() {
        return Vec::new();
    }
    if before == EscState::PressedOnce {
        return question_edit::start_edit(state);
    }
    state.esc_state = EscState::PressedOnce;
    state.show_notice(NoticeKind::Info, "Press Esc again to edit your last question.");
    Vec::new()
}

/// Cancels what Esc would cancel first, or says that there is nothing.
pub(crate) fn cancel(state: &mut State) -> Vec<Effect> {
    cancel_innermost(state).unwrap_or_else(|| {
        state.show_notice(NoticeKind::Info, "Nothing to cancel.");
        Vec::new()
    })
}

/// Ends the first of what is open or running; `None` where nothing is.
fn cancel_innermost(state: &mut State) -> Option<Vec<Effect>> {
    if state.focus == Focus::List && state.list.filter.is_some() {
        list::clear_filter(state);
        return Some(Vec::new());
    }
    if state.focus == Focus::Transcript && state.transcript.search.is_some() {
        search_bar::close_bar(state);
        return Some(Vec::new());
    }
    let running = state.open_turn().filter(|turn| turn.unstored().is_none());
    if let Some(turn) = running.map(|turn| turn.id.clone()) {
        return Some(turn_actions::stop_answer(state, &turn));
    }
    if state.export.is_some() {
        return Some(vec![Effect::Store(StoreEffect::CancelExport)]);
    }
    if text_selection::clear(state) {
        return Some(Vec::new());
    }
    if question_edit::cancel_edit(state) {
        // Further presses of Esc do not start the edit again.
        state.esc_state = EscState::LeftEdit;
        return Some(Vec::new());
    }
    None
}
