//! Opening conversations and scrolling the transcript.

pub mod details;
pub(super) mod earlier_messages;
pub(super) mod images;
pub(super) mod loaded_conversation;
pub mod message_selection;
pub(super) mod navigation;
pub(super) mod reload_positions;
pub(super) mod search_bar;
pub(super) mod text_selection;

use crate::chat::{ConversationId, ScrollAnchor};

use super::{
    Anchor, Effect, Measured, NoticeKind, OpenConversation, Scroll, SessionEffect, State,
    StoreEffect, question::drafts,
};

/// Takes the scroll positions of earlier runs.
pub fn load_positions(state: &mut State, found: Vec<(ConversationId, ScrollAnchor)>) {
    state.transcript.scroll_positions.extend(found);
}

/// Asks for a conversation; the open one stays on screen until it is read.
pub fn request_open(state: &mut State, id: ConversationId) -> Vec<Effect> {
    let mut effects = drafts::start_opening(state, &id);
    effects.push(Effect::Store(StoreEffect::Open(id)));
    effects
}

/// Says that a conversation is being read, and returns whether one is.
pub fn warn_if_opening(state: &mut State) -> bool {
    let opening = state.transcript.opening.is_some();
    if opening {
        state.show_notice(NoticeKind::Info, "The conversation is still opening.");
    }
    opening
}

/// Asks for the open conversation again.
#[must_use]
pub fn reopen(state: &State) -> Option<Effect> {
    let open = state.transcript.open.as_ref()?;
    Some(Effect::Store(StoreEffect::Open(open.id.clone())))
}

/// Saves the scroll position of the open conversation.
pub fn save_scroll_position(state: &mut State) -> Vec<Effect> {
    let Some(open) = &state.transcript.open else {
        return Vec::new();
    };
    let Measured { top, top_byte, .. } = state.measured;
    let message = open.messages.get(top.message);
    let reading = state.transcript.scroll != Scroll::Follow;
    let index = message.filter(|_| reading).map(|message| ScrollAnchor {
        message: top.message.saturating_add(open.earlier),
        at: message.timestamp,
        byte: top_byte,
    });
    let conversation = open.id.clone();
    let before = match index {
        Some(index) => state.transcript.scroll_positions.insert(conversation.clone(), index),
        None => state.transcript.scroll_positions.remove(&conversation),
    };
    if before == index {
        return Vec::new();
    }
    vec![Effect::Session(SessionEffect::SaveScrollPosition { conversation, position: index })]
}

/// Returns `true` where the conversation ends with a question, which can be asked again.
#[must_use]
pub fn is_unanswered(open: &OpenConversation) -> bool {
    open.messages.last().is_some_and(|message| message.role == crate::chat::Role::User)
}

/// Scrolls by lines; up is negative.
pub fn scroll_by(state: &mut State, lines: i64) -> Vec<Effect> {
    let going_down = lines > 0;
    if going_down && state.measured.at_bottom {
        state.transcript.scroll = Scroll::Follow;
        return Vec::new();
    }
    let from = match state.transcript.scroll {
        Scroll::Follow | Scroll::ShowMessage(_) | Scroll::ShowMatch | Scroll::Restore(_) => {
            state.measured.top
        }
        Scroll::At(anchor) => anchor,
    };
    let line = from.line.saturating_add(lines);
    state.transcript.scroll = Scroll::At(Anchor { message: from.message, line });
    Vec::new()
}

/// Scrolls by a fraction of the page, less two lines that stay in view.
pub fn scroll_pages(state: &mut State, direction: i64, part: u16) -> Vec<Effect> {
    let rows = state.measured.transcript_rows / part.max(1);
    let lines = i64::from(rows.saturating_sub(2).max(1));
    scroll_by(state, direction.saturating_mul(lines))
}

/// Scrolls to the first line.
pub fn scroll_to_top(state: &mut State) -> Vec<Effect> {
    earlier_messages::want_all(state);
    state.transcript.scroll = Scroll::At(Anchor::default());
    Vec::new()
}

/// Scrolls to the end and follows it.
pub fn scroll_to_bottom(state: &mut State) -> Vec<Effect> {
    state.transcript.scroll = Scroll::Follow;
    Vec::new()
}
