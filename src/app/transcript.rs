//! The conversation on screen: which it is, and where the view stands.
//! May not lay out text: positions are settled by what the last frame measured.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use crate::chat::{AnswerRecord, ConversationId, Message, ReadingPlace, Role, Spending, Timestamp};

use super::{
    Anchor, Effect, Focus, Fold, Measured, OpenConversation, Opened, Scroll, State, StoreEffect,
    drafts, find, list, mouse, overlay, select, selection, temporary,
};

/// Asks for a conversation; what is on screen stays until it is read.
pub fn open(state: &mut State, id: ConversationId) -> Vec<Effect> {
    state.transcript.opening = Some(id.clone());
    vec![Effect::Store(StoreEffect::Open(id))]
}

/// Asks for the conversation on screen again, because its file changed.
#[must_use]
pub fn reopen(state: &State) -> Option<Effect> {
    let open = state.transcript.open.as_ref()?;
    Some(Effect::Store(StoreEffect::Open(open.id.clone())))
}

/// Leaves what is on screen for a conversation that exists nowhere yet.
pub fn start_new(state: &mut State) -> Vec<Effect> {
    let mut effects = drafts::put_away(state);
    effects.extend(remember_place(state));
    state.notice = None;
    temporary::leave(state);
    state.transcript.open = None;
    state.transcript.opening = None;
    state.transcript.scroll = Scroll::Follow;
    state.transcript.selected = None;
    state.transcript.selection = None;
    state.transcript.find = None;
    state.focus = Focus::Composer;
    effects.extend(drafts::take_up(state));
    effects
}

/// Takes a conversation that was read: the one asked for, or a newer state of the one on screen.
pub fn take(state: &mut State, opened: Opened) -> Vec<Effect> {
    let id = opened.conversation.id.clone();
    let on_screen = state.transcript.open.as_ref().is_some_and(|open| open.id == id);
    if on_screen {
        state.transcript.opening.take_if(|wanted| *wanted == id);
        refresh(state, opened);
        return Vec::new();
    }
    if state.transcript.opening.as_ref() != Some(&id) {
        return Vec::new();
    }
    let mut effects = drafts::put_away(state);
    effects.extend(remember_place(state));
    temporary::leave(state);
    state.transcript.opening = None;
    let open = fresh(opened);
    let place = state.transcript.places.get(&id).and_then(|place| {
        let messages = open.messages.iter().map(|message| &**message);
        Some(ReadingPlace { message: place.find(messages)?, ..*place })
    });
    state.transcript.scroll = place.map_or(Scroll::Follow, Scroll::Reading);
    state.transcript.open = Some(open);
    state.transcript.selected = None;
    state.transcript.selection = None;
    state.transcript.find = None;
    state.transcript.seen = None;
    list::seen(&mut state.list, &id);
    list::select(&mut state.list, Some(&id));
    list::keep_in_view(state);
    effects.extend(drafts::take_up(state));
    if let Some(jump) = state.transcript.jump.take().filter(|jump| jump.conversation == id) {
        overlay::find::show(state, &jump);
    }
    effects
}

/// Remembers where the view stands, before another conversation takes its place or nobody looks any
/// more.
pub fn remember_place(state: &mut State) -> Vec<Effect> {
    let Some(open) = &state.transcript.open else {
        return Vec::new();
    };
    let Measured { top, top_byte, .. } = state.measured;
    let message = open.messages.get(top.message);
    let reading = state.transcript.scroll != Scroll::Follow;
    let place = message.filter(|_| reading).map(|message| ReadingPlace {
        message: top.message,
        at: message.timestamp,
        byte: top_byte,
    });
    let conversation = open.id.clone();
    let before = match place {
        Some(place) => state.transcript.places.insert(conversation.clone(), place),
        None => state.transcript.places.remove(&conversation),
    };
    if before == place {
        return Vec::new();
    }
    vec![Effect::Store(StoreEffect::KeepPlace { conversation, place })]
}

/// Puts a newer state of the conversation on screen in place of the old one.
pub fn refresh(state: &mut State, opened: Opened) {
    let Some(open) = state.transcript.open.as_mut() else {
        return;
    };
    if open.id != opened.conversation.id {
        return;
    }
    let known = std::mem::take(&mut open.messages);
    let chosen = state.transcript.selected.and_then(|at| known.get(at)).cloned();
    let failure = open.failure.take();
    *open = fresh(opened);
    let before = known.clone();
    reuse(&mut open.messages, known);
    let now = open.messages.clone();
    // The growing answer that was chosen is the stored one now, in the same place.
    if chosen.is_some() {
        state.transcript.selected = select::follow(chosen.as_ref(), &open.messages);
    }
    // The reason a question has no answer stands as long as it has none.
    open.failure = failure.filter(|_| is_unanswered(open));
    selection::follow(&mut state.transcript, &before, &now);
    find::refresh(state);
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
        Scroll::Follow | Scroll::Show(_) | Scroll::ShowFound | Scroll::Reading(_) => {
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
pub fn to_top(state: &mut State) -> Vec<Effect> {
    state.transcript.scroll = Scroll::At(Anchor::default());
    Vec::new()
}

/// To the last line, following it again.
pub fn to_bottom(state: &mut State) -> Vec<Effect> {
    state.transcript.scroll = Scroll::Follow;
    Vec::new()
}

/// Shows all of what stands behind answers, or one line of it.
pub fn toggle_background(state: &mut State) -> Vec<Effect> {
    state.transcript.fold = match state.transcript.fold {
        Fold::Folded => Fold::Open,
        Fold::Open => Fold::Folded,
    };
    // What is looked for may stand in what came into sight.
    find::refresh(state);
    Vec::new()
}

/// Takes what the frame measured: a position outside the text becomes the one that was drawn, and
/// a view that reached the bottom follows again.
pub fn settle(state: &mut State, measured: Measured) {
    state.measured = measured;
    if measured.at_bottom && measured.transcript_rows > 0 {
        state.transcript.seen = Some(measured.end);
    }
    if state.transcript.scroll != Scroll::Follow {
        // A place that was found stays where it is.
        let shows_found = state.transcript.find.as_ref().is_some_and(|find| find.place().is_some());
        let follows = measured.at_bottom && !mouse::is_selecting(state) && !shows_found;
        state.transcript.scroll = if follows { Scroll::Follow } else { Scroll::At(measured.top) };
    }
    list::keep_in_view(state);
    if measured.composer_columns > 0 {
        state.composer.editor.lay_out(usize::from(measured.composer_columns));
        state.composer.editor.settle(usize::from(measured.composer_rows));
    }
}

fn fresh(opened: Opened) -> OpenConversation {
    let Opened { conversation, marks, records, branches, forks } = opened;
    let last = conversation.messages.last();
    let last_answer =
        records.iter().rev().find(|it| last.is_some_and(|last| it.is_about(last))).cloned();
    let models = models(&conversation.messages, &records);
    OpenConversation {
        id: conversation.id,
        title: conversation.title,
        created_at: conversation.created_at,
        messages: conversation.messages.into_iter().map(Arc::new).collect(),
        last_response_id: conversation.last_response_id,
        readability: conversation.readability,
        marks,
        failure: None,
        spent: Spending::of(&records),
        branches,
        forks,
        models,
        last_answer,
    }
}

/// The models that gave the answers, by position.
fn models(messages: &[Message], records: &[AnswerRecord]) -> HashMap<usize, String> {
    let key = |at: Timestamp, bytes: usize| (at.seconds(), bytes);
    let named: HashMap<_, _> = records
        .iter()
        .filter_map(|it| Some((key(it.timestamp, it.text_bytes), it.model.clone()?)))
        .collect();
    let model = |message: &Message| named.get(&key(message.timestamp, message.text.len()));
    let answers =
        messages.iter().enumerate().filter(|(_, message)| message.role == Role::Assistant);
    answers.filter_map(|(place, message)| Some((place, model(message)?.clone()))).collect()
}

/// Keeps the old pointers of messages that are still the same, so that their layouts stay good.
fn reuse(messages: &mut [Arc<Message>], known: Vec<Arc<Message>>) {
    let mut known = VecDeque::from(known);
    for message in messages {
        // Merging only ever inserts, so looking ahead finds what moved and passes what vanished.
        if let Some(place) = known.iter().take(64).position(|old| **old == **message) {
            known.drain(..place);
            if let Some(old) = known.pop_front() {
                *message = old;
            }
        }
    }
}
