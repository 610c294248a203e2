//! The conversation list: cursor and marks.
//! May not read conversations; opening one is an effect.

use crate::chat::{ConversationId, ConversationSummary};

use super::{ConversationList, Effect, Focus, RowMarks, State, transcript};
use crate::app::{remote_turn, visible_rows};

/// An end of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListEnd {
    /// The first row.
    First,
    /// The last row.
    Last,
}

/// Takes a new listing; the cursor stays on the conversation it was on.
pub fn set_rows(state: &mut State, rows: Vec<ConversationSummary>) {
    let on = selected(&state.list).map(|row| row.id.clone());
    state.list.rows = rows;
    state.list.loaded = true;
    let known = |id: &ConversationId| state.list.rows.iter().any(|row| row.id == *id);
    let unread = state.list.unread.iter().filter(|id| known(id)).cloned().collect();
    state.list.unread = unread;
    visible_rows::update_visible(&mut state.list);
    select(&mut state.list, on.as_ref());
}

/// Takes what else is known about rows. What is on screen needs no mark.
pub fn apply_marks(state: &mut State, marks: RowMarks) {
    let open = state.transcript.open.as_ref().map(|open| &open.id);
    for id in marks.changed {
        if Some(&id) != open && !state.list.changed.contains(&id) {
            state.list.changed.push(id);
        }
    }
    state.list.undelivered = marks.undelivered;
    state.list.interrupted = marks.interrupted;
    remote_turn::update_remote_turns(state, marks.remote_turns);
}

/// Takes away the marks that say somebody should look, because somebody does.
pub fn mark_seen(list: &mut ConversationList, id: &ConversationId) {
    list.unread.retain(|unread| unread != id);
    list.changed.retain(|changed| changed != id);
}

/// The row under the cursor.
#[must_use]
pub fn selected(list: &ConversationList) -> Option<&ConversationSummary> {
    list.visible.get(list.selected).and_then(|index| list.rows.get(*index))
}

/// Puts the cursor on a conversation, if it is shown.
pub fn select(list: &mut ConversationList, id: Option<&ConversationId>) {
    let place = id.and_then(|id| {
        list.visible.iter().position(|index| list.rows.get(*index).is_some_and(|row| row.id == *id))
    });
    list.selected = place.unwrap_or(list.selected).min(list.visible.len().saturating_sub(1));
}

/// Puts the cursor on the conversation on screen, as the keys come to the list: what is done there
/// is meant for what is seen.
pub fn select_open(state: &mut State) {
    let open = state.transcript.open.as_ref().map(|open| open.id.clone());
    if open.is_some() {
        select(&mut state.list, open.as_ref());
        keep_in_view(state);
    }
}

/// Moves the cursor by rows.
pub fn move_by(state: &mut State, rows: isize) -> Vec<Effect> {
    let last = state.list.visible.len().saturating_sub(1);
    state.list.selected = state.list.selected.saturating_add_signed(rows).min(last);
    keep_in_view(state);
    Vec::new()
}

/// Moves the cursor to an end.
pub fn move_to(state: &mut State, place: ListEnd) -> Vec<Effect> {
    state.list.selected = match place {
        ListEnd::First => 0,
        ListEnd::Last => state.list.visible.len().saturating_sub(1),
    };
    keep_in_view(state);
    Vec::new()
}

/// Shows every conversation again; the cursor stays on the one it is on.
pub fn clear_filter(state: &mut State) {
    let on = selected(&state.list).map(|row| row.id.clone());
    state.list.filter = None;
    state.list.filtering = false;
    visible_rows::update_visible(&mut state.list);
    select(&mut state.list, on.as_ref());
    keep_in_view(state);
}

/// Opens the row under the cursor and gives the keys to the composer.
pub fn open_selected(state: &mut State) -> Vec<Effect> {
    let Some(id) = selected(&state.list).map(|row| row.id.clone()) else {
        return Vec::new();
    };
    state.focus = Focus::Composer;
    clear_filter(state);
    transcript::request_open(state, id)
}

/// Shows or hides the pane; a hidden pane has no keys.
pub fn toggle_pane(state: &mut State) -> Vec<Effect> {
    if state.measured.both_panes || state.list.hidden {
        state.list.hidden = !state.list.hidden;
        state.focus = if state.list.hidden { Focus::Composer } else { Focus::List };
    } else {
        // One pane at a time: showing the list is giving it the keys.
        state.focus = if state.focus == Focus::List { Focus::Composer } else { Focus::List };
    }
    if state.focus == Focus::List {
        select_open(state);
    }
    Vec::new()
}

/// Keeps the cursor on screen, as far as the last frame tells how many rows there are.
pub fn keep_in_view(state: &mut State) {
    // Nothing is known of a pane that is not on screen.
    if state.measured.list_rows == 0 {
        return;
    }
    let rows = usize::from(state.measured.list_rows);
    let list = &mut state.list;
    list.top = list.top.min(list.visible.len().saturating_sub(rows));
    list.top = list.top.min(list.selected);
    let lowest = list.selected.saturating_add(1).saturating_sub(rows);
    list.top = list.top.max(lowest);
}
