//! The conversation on screen: which it is, and where the view stands.
//! May not lay out text: positions are settled by what the last frame measured.

use crate::chat::{ConversationId, ScrollAnchor};

use super::{Anchor, Effect, Measured, OpenConversation, Scroll, State, StoreEffect};

/// Asks for a conversation; what is on screen stays until it is read.
pub fn request_open(state: &mut State, id: ConversationId) -> Vec<Effect> {
    state.transcript.opening = Some(id.clone());
    vec![Effect::Store(StoreEffect::Open(id))]
}

/// Asks for the conversation on screen again, because its file changed.
#[must_use]
pub fn reopen(state: &State) -> Option<Effect> {
    let open = state.transcript.open.as_ref()?;
    Some(Effect::Store(StoreEffect::Open(open.id.clone())))
}

/// Remembers where the view stands, before another conversation takes its place or nobody looks any
/// more.
pub fn save_scroll_position(state: &mut State) -> Vec<Effect> {
    let Some(open) = &state.transcript.open else {
        return Vec::new();
    };
    let Measured { top, top_byte, .. } = state.measured;
    let message = open.messages.get(top.message);
    let reading = state.transcript.scroll != Scroll::Follow;
    let place = message.filter(|_| reading).map(|message| ScrollAnchor {
        message: top.message,
        at: message.timestamp,
        byte: top_byte,
    });
    let conversation = open.id.clone();
    let before = match place {
        Some(place) => state.transcript.scroll_positions.insert(conversation.clone(), place),
        None => state.transcript.scroll_positions.remove(&conversation),
    };
    if before == place {
        return Vec::new();
    }
    vec![Effect::Store(StoreEffect::SaveScrollPosition { conversation, position: place })]
}

/// Whether the last message on screen is a question.
#[must_use]
pub fn is_unanswered(open: &OpenConversation) -> bool {
    open.messages.last().is_some_and(|message| message.role == crate::chat::Role::User)
}

/// Moves the view by lines: up is negative.
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

/// Moves the view by a part of what it shows, keeping two lines of the old page in sight.
pub fn scroll_pages(state: &mut State, direction: i64, part: u16) -> Vec<Effect> {
    let rows = state.measured.transcript_rows / part.max(1);
    let lines = i64::from(rows.saturating_sub(2).max(1));
    scroll_by(state, direction.saturating_mul(lines))
}

/// To the first line.
pub fn scroll_to_top(state: &mut State) -> Vec<Effect> {
    state.transcript.scroll = Scroll::At(Anchor::default());
    Vec::new()
}

/// To the last line, following it again.
pub fn scroll_to_bottom(state: &mut State) -> Vec<Effect> {
    state.transcript.scroll = Scroll::Follow;
    Vec::new()
}
