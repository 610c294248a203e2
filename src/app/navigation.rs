//! Another conversation comes on screen, or a newer state of the same: what belongs to the old one is
//! put away, what belongs to the new one is taken up.
//! Must not read a conversation; one that was read arrives as a fact.

use crate::chat::{ConversationId, Failure, ScrollAnchor};

use super::{
    Effect, Focus, LoadedConversation, NoticeKind, Scroll, State, drafts, list, overlay, temporary,
    transcript,
};
use crate::app::loaded_conversation::{open_loaded, reuse_messages};
use crate::app::{message_selection, search_bar, text_selection};

/// Leaves what is on screen for a conversation that exists nowhere yet.
pub fn start_new(state: &mut State) -> Vec<Effect> {
    state.notice = None;
    let mut effects = save_and_close(state);
    state.transcript.open = None;
    state.transcript.scroll = Scroll::Follow;
    state.focus = Focus::Composer;
    effects.extend(drafts::restore_draft(state));
    effects
}

/// Takes a conversation that was read: the one asked for, or a newer state of the one on screen.
pub fn handle_opened(state: &mut State, opened: LoadedConversation) -> Vec<Effect> {
    let id = opened.conversation.id.clone();
    let on_screen = state.transcript.open.as_ref().is_some_and(|open| open.id == id);
    if on_screen {
        state.transcript.opening.take_if(|wanted| *wanted == id);
        refresh_shown(state, opened);
        return Vec::new();
    }
    if state.transcript.opening.as_ref() != Some(&id) {
        return Vec::new();
    }
    show_conversation(state, opened)
}

/// Says that a conversation could not be read, where somebody waits for it.
pub fn handle_not_opened(state: &mut State, id: &ConversationId, failure: &Failure) {
    let wanted = state.transcript.opening.take_if(|wanted| wanted == id).is_some();
    let on_screen = state.transcript.open.as_ref().is_some_and(|open| open.id == *id);
    // Read again only because the file changed: what is on screen stays there, and what was said
    // about the change is what counts.
    if wanted || !on_screen {
        state.show_notice(NoticeKind::Error, failure.to_string());
    } else if state.notice.is_none() {
        state.show_notice(NoticeKind::Warning, "This conversation is no longer in the file.");
    }
}

/// Puts another conversation on screen, where it was being read before.
fn show_conversation(state: &mut State, opened: LoadedConversation) -> Vec<Effect> {
    let mut effects = save_and_close(state);
    let open = open_loaded(opened);
    let id = open.id.clone();
    let place = state.transcript.scroll_positions.get(&id).and_then(|place| {
        let messages = open.messages.iter().map(|message| &**message);
        Some(ScrollAnchor { message: place.find_message(messages)?, ..*place })
    });
    state.transcript.scroll = place.map_or(Scroll::Follow, Scroll::Restore);
    state.transcript.open = Some(open);
    state.transcript.last_seen_end = None;
    list::mark_seen(&mut state.list, &id);
    list::select(&mut state.list, Some(&id));
    list::keep_in_view(state);
    effects.extend(drafts::restore_draft(state));
    if let Some(jump) = state.transcript.jump_target.take().filter(|jump| jump.conversation == id) {
        overlay::search_overlay::show_hit(state, &jump);
    }
    effects
}

/// Puts away what belongs to the conversation on screen.
fn save_and_close(state: &mut State) -> Vec<Effect> {
    let mut effects = drafts::save_and_clear(state);
    effects.extend(transcript::save_scroll_position(state));
    temporary::remind_on_leaving(state);
    state.transcript.opening = None;
    state.transcript.selected = None;
    state.transcript.selection = None;
    state.transcript.search = None;
    effects
}

/// Puts a newer state of the conversation on screen in place of the old one.
pub fn refresh_shown(state: &mut State, opened: LoadedConversation) {
    let Some(open) = state.transcript.open.as_mut() else {
        return;
    };
    if open.id != opened.conversation.id {
        return;
    }
    let known = std::mem::take(&mut open.messages);
    let chosen = state.transcript.selected.and_then(|at| known.get(at)).cloned();
    let failure = open.failure.take();
    *open = open_loaded(opened);
    let before = known.clone();
    reuse_messages(&mut open.messages, known);
    let now = open.messages.clone();
    // The growing answer that was chosen is the stored one now, in the same place.
    if chosen.is_some() {
        state.transcript.selected =
            message_selection::position_after_reload(chosen.as_ref(), &open.messages);
    }
    // The reason a question has no answer stands as long as it has none.
    open.failure = failure.filter(|_| transcript::is_unanswered(open));
    text_selection::remap_after_reload(&mut state.transcript, &before, &now);
    search_bar::refresh_matches(state);
}
