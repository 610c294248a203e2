//! The conversation list: cursor and marks.

pub mod conversation_mark;
pub(super) mod filter;
pub(super) mod list_actions;
pub(crate) mod list_layout;
pub(super) mod target;
pub(super) mod visible_rows;

use crate::chat::{ConversationId, ConversationSummary, Failure};

use super::{ConversationList, Effect, Focus, NoticeKind, RowMarks, State, transcript};
use crate::app::{turn::remote_turn, window_advice};

/// The first or the last row of the conversation list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListEnd {
    /// The row that Home moves to.
    First,
    /// The row that End moves to.
    Last,
}

/// Takes a new listing; the cursor stays on its conversation, or goes to the one that was restored.
pub fn set_rows(state: &mut State, rows: Vec<ConversationSummary>) {
    let on = selected(&state.list).map(|row| row.id.clone());
    state.list.rows = rows;
    state.list.loaded = true;
    state.list.problem = None;
    let is_listed = |id: &ConversationId| state.list.rows.iter().any(|row| row.id == *id);
    let unread = state.list.unread.iter().filter(|id| is_listed(id)).cloned().collect();
    state.list.unread = unread;
    let restored =
        state.list.restored.take_if(|id| state.list.rows.iter().any(|row| row.id == *id));
    visible_rows::update_visible(&mut state.list);
    select(&mut state.list, restored.as_ref().or(on.as_ref()));
    if restored.is_some() {
        keep_in_view(state);
    }
}

/// Records why the conversations could not be listed. The rows of an earlier listing stay.
pub fn set_problem(state: &mut State, failure: &Failure) {
    let problem = window_advice::failure_text(failure, &state.keymap);
    // The list is read again with every change of the file: the same problem is no news.
    if state.list.problem.as_ref() != Some(&problem) {
        state.show_notice(NoticeKind::Error, problem.clone());
    }
    state.list.problem = Some(problem);
}

/// Takes the marks of rows; the conversation on screen needs none.
pub fn apply_marks(state: &mut State, marks: RowMarks) {
    let open = state.transcript.open.as_ref().map(|open| &open.id);
    for id in marks.changed {
        if Some(&id) != open && !state.list.changed.contains(&id) {
            state.list.changed.push(id);
        }
    }
    state.list.unstored = marks.unstored;
    state.list.interrupted = marks.interrupted;
    remote_turn::update_remote_turns(state, marks.remote_turns);
}

/// Removes the marks of a conversation that the user looks at.
pub fn mark_seen(list: &mut ConversationList, id: &ConversationId) {
    list.unread.retain(|unread| unread != id);
    list.changed.retain(|changed| changed != id);
}

/// The row under the cursor.
#[must_use]
pub fn selected(list: &ConversationList) -> Option<&ConversationSummary> {
    list.visible.get(list.selected).and_then(|index| list.rows.get(*index))
}

/// The most recent conversations to offer.
const MAX_RECENT: usize = 5;

/// The conversations that a new one offers to continue, the latest first.
pub(crate) fn recent_conversations(
    list: &ConversationList,
) -> impl Iterator<Item = &ConversationSummary> {
    let shown = list.rows.iter().filter(|row| !list.arrangement.archived.contains(&row.id));
    shown.take(MAX_RECENT)
}

/// Selects a conversation, if it is shown.
pub fn select(list: &mut ConversationList, id: Option<&ConversationId>) {
    let at = id.and_then(|id| {
        list.visible.iter().position(|index| list.rows.get(*index).is_some_and(|row| row.id == *id))
    });
    list.selected = at.unwrap_or(list.selected).min(list.visible.len().saturating_sub(1));
}

/// Selects the conversation on screen as the list gets the focus, so that actions apply to what is
/// seen.
pub fn select_open(state: &mut State) {
    let open = state.transcript.open.as_ref().map(|open| open.id.clone());
    if open.is_some() {
        select(&mut state.list, open.as_ref());
        keep_in_view(state);
    }
}

/// Moves the cursor by this many rows; up is negative.
pub fn move_by(state: &mut State, rows: isize) -> Vec<Effect> {
    let last = state.list.visible.len().saturating_sub(1);
    state.list.selected = state.list.selected.saturating_add_signed(rows).min(last);
    keep_in_view(state);
    Vec::new()
}

/// Moves the cursor to an end of the list.
pub fn move_to(state: &mut State, at: ListEnd) -> Vec<Effect> {
    state.list.selected = match at {
        ListEnd::First => 0,
        ListEnd::Last => state.list.visible.len().saturating_sub(1),
    };
    keep_in_view(state);
    Vec::new()
}

/// Closes the filter; the cursor stays on its conversation.
pub fn clear_filter(state: &mut State) {
    let on = selected(&state.list).map(|row| row.id.clone());
    state.list.filter = None;
    visible_rows::update_visible(&mut state.list);
    select(&mut state.list, on.as_ref());
    keep_in_view(state);
}

/// Opens the selected conversation and focuses the composer.
pub fn open_selected(state: &mut State) -> Vec<Effect> {
    let Some(id) = selected(&state.list).map(|row| row.id.clone()) else {
        state.show_notice(NoticeKind::Info, "No conversation is selected.");
        return Vec::new();
    };
    state.focus = Focus::Composer;
    clear_filter(state);
    transcript::request_open(state, id)
}

/// Shows or hides the pane.
pub fn toggle_pane(state: &mut State) -> Vec<Effect> {
    if state.measured.both_panes || state.list.hidden {
        state.list.hidden = !state.list.hidden;
        state.focus = if state.list.hidden { Focus::Composer } else { Focus::List };
    } else {
        // Where only one pane fits, showing the list means focusing it.
        state.focus = if state.focus == Focus::List { Focus::Composer } else { Focus::List };
    }
    if state.focus == Focus::List {
        select_open(state);
    }
    Vec::new()
}

/// Scrolls the list so that the cursor is on screen.
pub fn keep_in_view(state: &mut State) {
    // The height is unknown while the pane is not on screen.
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
