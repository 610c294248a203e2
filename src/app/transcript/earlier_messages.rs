//! The earlier messages of a very long conversation: read only when they are looked at, or when
//! something needs all of them.

use crate::chat::branch;
use crate::chat::{Message, ScrollAnchor};

use crate::app::{
    Effect, LoadedConversation, NoticeKind, OpenConversation, Scroll, State, StoreEffect,
};

/// How many times as many messages are read as there are, when the first of them is reached.
const GROWTH: usize = 4;

/// Said where something needs all messages.
pub(crate) const BEING_READ: &str = "The earlier messages are being read. Try again in a moment.";

/// Wants more messages where the first one that was read is on screen.
pub(crate) fn want_if_reached(state: &mut State) {
    let is_reached =
        state.measured.top.message == 0 && matches!(state.transcript.scroll, Scroll::At(_));
    if let Some(open) = state.transcript.open.as_mut().filter(|open| is_reached && open.earlier > 0)
        && open.messages.len() >= open.requested
    {
        open.wanted = open.wanted.max(open.messages.len().saturating_mul(GROWTH));
    }
}

/// Wants all messages; returns whether they are there.
pub(crate) fn want_all(state: &mut State) -> bool {
    match state.transcript.open.as_mut().filter(|open| open.earlier > 0) {
        Some(open) => {
            open.wanted = usize::MAX;
            false
        }
        None => true,
    }
}

/// Returns whether all messages are there; where they are not, says that they are being read.
pub(crate) fn require_all(state: &mut State) -> bool {
    let are_there = want_all(state);
    if !are_there {
        state.show_notice(NoticeKind::Info, BEING_READ);
    }
    are_there
}

/// Asks for the messages that are wanted, once.
pub(crate) fn request_wanted(state: &mut State) -> Option<Effect> {
    let open = state.transcript.open.as_mut()?;
    if open.earlier == 0 || open.wanted <= open.requested {
        return None;
    }
    open.requested = open.wanted;
    let (id, messages) = (open.id.clone(), open.wanted);
    Some(Effect::Store(StoreEffect::OpenEarlier { id, messages }))
}

/// Asks again for messages that came while a question was being stored: nothing was shown of them then.
pub(crate) fn want_again(state: &mut State) {
    if let Some(open) = &mut state.transcript.open
        && open.messages.len() < open.requested
    {
        open.requested = 0;
    }
}

/// Puts messages that are on screen in front of those of a newer state that was read from a later one
/// on, so that positions stay.
pub(crate) fn keep_read(open: &OpenConversation, loaded: &mut LoadedConversation) {
    let conversation = &mut loaded.conversation;
    let Some(count) = conversation.earlier.checked_sub(open.earlier).filter(|count| *count > 0)
    else {
        return;
    };
    let follows = match (conversation.messages.first(), open.messages.get(count)) {
        (Some(first), Some(known)) => first.is_same(known),
        _ => false,
    };
    let Some(front) = open.messages.get(..count).filter(|_| follows) else { return };
    let front: Vec<Message> = front.iter().map(|message| Message::clone(message)).collect();
    conversation.messages.splice(0..0, front);
    conversation.earlier = open.earlier;
    for (at, _) in &mut loaded.interruptions {
        *at = at.saturating_add(count);
    }
    let before = open.interruptions.iter().filter(|(at, _)| *at < count).cloned();
    loaded.interruptions.splice(0..0, before.collect::<Vec<_>>());
    if conversation.earlier == 0 {
        loaded.forks = branch::forks(&loaded.branches, &conversation.messages);
    }
}

/// A stored position, which counts from the first message, among those that were read.
pub(crate) fn find_position(
    open: &OpenConversation,
    stored: &ScrollAnchor,
) -> Option<ScrollAnchor> {
    let here = ScrollAnchor { message: stored.message.saturating_sub(open.earlier), ..*stored };
    let messages = open.messages.iter().map(|message| &**message);
    Some(ScrollAnchor { message: here.find_message(messages)?, ..here })
}
