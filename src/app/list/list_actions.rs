//! Actions on a conversation in the list besides opening it: pin, archive, duplicate, export; and
//! the width of the list.

use crate::chat::mention::unquoted;
use crate::chat::{Arrangement, ArrangementChange, ConversationId, title};

use crate::app::{
    Effect, ListScope, NoticeKind, State, StoreEffect, UndoAction, list,
    list::{target, visible_rows},
    temporary,
};

/// The least and the most columns of the list pane.
const WIDTH_RANGE: (u16, u16) = (18, 60);

/// Takes the stored arrangement.
pub(crate) fn set_arrangement(state: &mut State, arrangement: Arrangement) {
    if let Some(columns) = arrangement.list_width {
        state.list.width = columns;
    }
    let on = list::selected(&state.list).map(|row| row.id.clone());
    state.list.arrangement = arrangement;
    visible_rows::update_visible(&mut state.list);
    list::select(&mut state.list, on.as_ref());
    list::keep_in_view(state);
}

/// Pins the target conversation, or unpins it.
pub(crate) fn toggle_pin(state: &mut State) -> Vec<Effect> {
    let Some((id, title)) = require_stored_target(state) else {
        return Vec::new();
    };
    let (change, done) = if state.list.arrangement.pinned.contains(&id) {
        (ArrangementChange::Unpin(id.clone()), "Unpinned")
    } else {
        (ArrangementChange::Pin(id.clone()), "Pinned")
    };
    arrange(state, id, &title, change, done)
}

/// Archives the target conversation, or unarchives it; the cursor goes to the next row.
pub(crate) fn toggle_archive(state: &mut State) -> Vec<Effect> {
    let Some((id, title)) = require_stored_target(state) else {
        return Vec::new();
    };
    let (change, done) = if state.list.arrangement.archived.contains(&id) {
        (ArrangementChange::Unarchive(id.clone()), "Unarchived")
    } else {
        (ArrangementChange::Archive(id.clone()), "Archived")
    };
    arrange(state, id, &title, change, done)
}

/// Changes the arrangement as the user asked, says so and remembers how to undo it.
fn arrange(
    state: &mut State,
    id: ConversationId,
    title: &str,
    change: ArrangementChange,
    done: &str,
) -> Vec<Effect> {
    let arrangement = &state.list.arrangement;
    let inverse = if arrangement.pinned.contains(&id) {
        ArrangementChange::Pin(id.clone())
    } else if arrangement.archived.contains(&id) {
        ArrangementChange::Archive(id.clone())
    } else if matches!(change, ArrangementChange::Pin(_)) {
        ArrangementChange::Unpin(id.clone())
    } else {
        ArrangementChange::Unarchive(id.clone())
    };
    state.push_undo(id, UndoAction::Arrange(inverse));
    let text = format!("{done} \"{}\".{}", title::in_sentence(title), state.undo_hint());
    state.show_notice(NoticeKind::Info, text);
    apply_change(state, change)
}

/// Makes the change that undoes another one.
pub(crate) fn undo_arrangement(state: &mut State, change: ArrangementChange) -> Vec<Effect> {
    let now = |id: &ConversationId, is: &str| {
        let row = state.list.rows.iter().find(|row| row.id == *id);
        let title = row.map_or_else(String::new, |row| {
            format!(" \"{}\"", title::in_sentence(row.title.text()))
        });
        format!("Undone: the conversation{title} is {is}.")
    };
    let text = match &change {
        ArrangementChange::Pin(id) => now(id, "pinned again"),
        ArrangementChange::Unpin(id) => now(id, "no longer pinned"),
        ArrangementChange::Archive(id) => now(id, "archived again"),
        ArrangementChange::Unarchive(id) => now(id, "no longer archived"),
        ArrangementChange::ListWidth(_) => "Undone: the list has its previous width.".to_owned(),
    };
    state.show_notice(NoticeKind::Info, text);
    apply_change(state, change)
}

/// Shows the archived conversations, or the current ones again.
pub(crate) fn toggle_archived(state: &mut State) -> Vec<Effect> {
    state.list.scope = match state.list.scope {
        ListScope::Current => ListScope::Archived,
        ListScope::Archived => ListScope::Current,
    };
    state.focus = crate::app::Focus::List;
    state.list.hidden = false;
    state.list.selected = 0;
    state.list.top = 0;
    list::clear_filter(state);
    Vec::new()
}

/// Duplicates the target conversation.
pub(crate) fn duplicate(state: &mut State) -> Vec<Effect> {
    let Some((id, _)) = require_stored_target(state) else {
        return Vec::new();
    };
    if state.turn_in(&id).is_some() {
        state.show_notice(
            NoticeKind::Info,
            "The answer is still arriving. Duplicate the conversation when it is complete.",
        );
        return Vec::new();
    }
    let row = state.list.rows.iter().find(|row| row.id == id);
    if let Some(sentence) = row.and_then(|row| row.readability.sentence()) {
        state.show_notice(NoticeKind::Warning, format!("{sentence} It cannot be duplicated."));
        return Vec::new();
    }
    let copy = state.ids.next_conversation_id();
    state.push_undo(copy.clone(), UndoAction::DeleteDuplicate(0));
    vec![Effect::Store(StoreEffect::Duplicate { id, copy_id: copy, at: state.now })]
}

/// Exports the target conversation to a file named after it.
pub(crate) fn export(state: &mut State) -> Vec<Effect> {
    export_to(state, "")
}

/// Exports the target conversation to this path.
pub(crate) fn export_to(state: &mut State, path: &str) -> Vec<Effect> {
    let Some((id, _)) = require_stored_target(state) else {
        return Vec::new();
    };
    let path = Some(unquoted(path).to_owned()).filter(|path| !path.is_empty());
    vec![Effect::Store(StoreEffect::Export { id, path })]
}

/// Unarchives a conversation that gets a new question.
pub(crate) fn unarchive(state: &mut State, id: &ConversationId) -> Vec<Effect> {
    if !state.list.arrangement.archived.contains(id) {
        return Vec::new();
    }
    apply_change(state, ArrangementChange::Unarchive(id.clone()))
}

/// Changes the width of the list pane and saves it.
pub(crate) fn resize(state: &mut State, columns: i16) -> Vec<Effect> {
    let (fewest, most) = WIDTH_RANGE;
    // The list gets half of the screen at most.
    let most = most.min(state.size.columns / 2).max(fewest);
    state.list.width = state.list.width.saturating_add_signed(columns).clamp(fewest, most);
    let columns = state.list.width;
    apply_change(state, ArrangementChange::ListWidth(columns))
}

/// Shows a change at once and asks for it to be saved.
fn apply_change(state: &mut State, change: ArrangementChange) -> Vec<Effect> {
    let mut arrangement = std::mem::take(&mut state.list.arrangement);
    arrangement.apply(&change);
    // When a row disappears, the cursor goes to the next one; when it moves, the cursor follows.
    let leaves = matches!(change, ArrangementChange::Archive(_) | ArrangementChange::Unarchive(_));
    let position = state.list.selected;
    set_arrangement(state, arrangement);
    if leaves && state.list.filter.is_none() {
        state.list.selected = position.min(state.list.visible.len().saturating_sub(1));
    }
    vec![Effect::Store(StoreEffect::Arrange(change))]
}

/// The target conversation; shows a notice where there is none or it is temporary.
pub(crate) fn require_stored_target(state: &mut State) -> Option<(ConversationId, String)> {
    let target = target::require_target(state)?;
    if temporary::is_temporary(state, &target.0) {
        let text = "This conversation is temporary. Use /save to keep it first.";
        state.show_notice(NoticeKind::Info, text);
        return None;
    }
    Some(target)
}
