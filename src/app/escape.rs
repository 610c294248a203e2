//! Esc: one step back, out of whatever is innermost.
//! Must not close an overlay; those take Esc themselves.

use super::{
    Effect, Escaping, Focus, NoticeKind, Sight, State, arranging, editing, find, list, reply,
    selection,
};

/// Esc: leave the filter, else stop the answer, else leave a question as it was, else leave the
/// archived ones, else give the keys back to the composer; twice there: edit the last question.
pub fn step_back(state: &mut State, before: Escaping) -> Vec<Effect> {
    if state.focus == Focus::List && state.list.filter.is_some() {
        list::end_filter(state);
        return Vec::new();
    }
    if state.focus == Focus::Transcript && state.transcript.find.is_some() {
        find::end(state);
        return Vec::new();
    }
    if selection::clear(state) {
        return Vec::new();
    }
    if let Some(turn) = state.open_turn().map(|turn| turn.id.clone()) {
        return reply::stop(state, &turn);
    }
    if editing::stop(state) {
        // Whoever goes on pressing Esc wants out, not in again.
        state.escaping = Escaping::Out;
        return Vec::new();
    }
    state.notice = None;
    if state.focus == Focus::List && state.list.sight == Sight::Archived {
        return arranging::toggle_archived(state);
    }
    state.transcript.selected = None;
    let was_writing = state.focus == Focus::Composer && state.composer.text_is_empty();
    state.focus = Focus::Composer;
    if before == Escaping::Out {
        state.escaping = Escaping::Out;
        return Vec::new();
    }
    if !was_writing || state.transcript.open.is_none() {
        return Vec::new();
    }
    if before == Escaping::Once {
        return editing::start(state);
    }
    state.escaping = Escaping::Once;
    state.say(NoticeKind::Info, "Esc again takes your last question back to edit it.");
    Vec::new()
}
