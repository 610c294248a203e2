//! Navigation between conversations: saves the state of the old one and restores that of the new
//! one.

use crate::chat::{ConversationId, Failure};

use crate::app::transcript::loaded_conversation::{open_loaded, reuse_messages};
use crate::app::transcript::{earlier_messages, reload_positions, search_bar};
use crate::app::{
    Effect, Focus, LoadedConversation, NoticeKind, OpenConversation, Scroll, State, list, overlay,
    question::drafts, temporary, transcript,
};

/// Shows a new conversation that is not stored yet.
pub(crate) fn start_new(state: &mut State) -> Vec<Effect> {
    state.notice = None;
    let mut effects = drafts::save_now(state);
    effects.extend(close(state));
    state.transcript.open = None;
    state.transcript.scroll = Scroll::Follow;
    state.focus = Focus::Composer;
    effects.extend(drafts::restore_draft(state));
    effects
}

/// Shows a loaded conversation: the requested one, or a newer state of the open one.
pub(crate) fn handle_opened(state: &mut State, loaded: LoadedConversation) -> Vec<Effect> {
    let id = loaded.conversation.id.clone();
    let on_screen = state.transcript.open.as_ref().is_some_and(|open| open.id == id);
    if on_screen {
        state.transcript.opening.take_if(|wanted| *wanted == id);
        // What lacks a question that is being stored would take it off the screen. The messages come again
        // with the question.
        if !state.has_unsaved_question(&id) {
            refresh_shown(state, loaded);
        } else if let Some(open) = &mut state.transcript.open {
            loaded.conversation.title.text().clone_into(&mut open.title);
        }
        return Vec::new();
    }
    if state.transcript.opening.as_ref() != Some(&id) {
        return Vec::new();
    }
    show_conversation(state, loaded)
}

/// Shows why a conversation could not be read, where the user waits for it.
pub(crate) fn handle_not_opened(
    state: &mut State,
    id: &ConversationId,
    failure: &Failure,
) -> Vec<Effect> {
    let wanted = state.transcript.opening.as_ref() == Some(id);
    let effects = if wanted { drafts::cancel_opening(state) } else { Vec::new() };
    let on_screen = state.transcript.open.as_ref().is_some_and(|open| open.id == *id);
    if on_screen && state.has_unsaved_question(id) {
        return effects;
    }
    // A reload after a change keeps what is on screen, and the notice about the change matters
    // more.
    if wanted || !on_screen {
        state.show_failure(failure);
    } else if state.notice.is_none() {
        state.show_notice(NoticeKind::Warning, "This conversation is no longer in the file.");
    }
    effects
}

/// Shows another conversation at its last scroll position.
fn show_conversation(state: &mut State, loaded: LoadedConversation) -> Vec<Effect> {
    let mut effects = close(state);
    let open = open_loaded(loaded);
    let id = open.id.clone();
    let stored = state.transcript.scroll_positions.get(&id);
    let position = stored.and_then(|stored| earlier_messages::find_position(&open, stored));
    state.transcript.scroll = position.map_or(Scroll::Follow, Scroll::Restore);
    state.transcript.open = Some(open);
    state.transcript.last_seen_end = None;
    list::mark_seen(&mut state.list, &id);
    list::select(&mut state.list, Some(&id));
    list::keep_in_view(state);
    effects.extend(drafts::end_edit_if_question_gone(state));
    state.transcript.jump_target.take_if(|jump| jump.conversation != id);
    overlay::search_overlay::jump(state);
    effects
}

/// Saves the scroll position of the open conversation and resets what belongs to it.
fn close(state: &mut State) -> Vec<Effect> {
    let effects = transcript::save_scroll_position(state);
    temporary::remind_on_leaving(state);
    state.transcript.opening = None;
    state.transcript.selected = None;
    state.transcript.selection = None;
    state.transcript.search = None;
    state.transcript.other_details.clear();
    state.transcript.raw.clear();
    effects
}

/// Replaces the open conversation by a newer state of it.
pub(crate) fn refresh_shown(state: &mut State, mut loaded: LoadedConversation) {
    let Some(open) = state.transcript.open.as_mut() else {
        return;
    };
    if open.id != loaded.conversation.id {
        return;
    }
    earlier_messages::keep_read(open, &mut loaded);
    let (wanted, requested) = (open.wanted, open.requested);
    let previous = std::mem::take(&mut open.messages);
    let failure = open.failure.take();
    *open = OpenConversation { wanted, requested, ..open_loaded(loaded) };
    reuse_messages(&mut open.messages, &previous);
    // The reason for a missing answer holds as long as the answer is missing.
    open.failure = failure.filter(|_| transcript::is_unanswered(open));
    reload_positions::move_positions(state, &previous);
    search_bar::refresh_matches(state);
    overlay::search_overlay::jump(state);
}
