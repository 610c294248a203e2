//! Pinning, archiving, duplicating, exporting, the width of the list: what a user does to a row besides opening it.
//! May not store anything; verbs are effects.

use crate::chat::{Arrangement, ArrangementChange, ConversationId};

use crate::app::{
    Effect, ListScope, NoticeKind, State, StoreEffect, list, target, temporary, visible_rows,
};

/// Fewest and most columns the pane can be set to.
const WIDTH_RANGE: (u16, u16) = (18, 60);

/// Takes the arrangement as it is on disk.
pub fn set_arrangement(state: &mut State, arrangement: Arrangement) {
    if let Some(columns) = arrangement.list_width {
        state.list.width = columns;
    }
    let on = list::selected(&state.list).map(|row| row.id.clone());
    state.list.arrangement = arrangement;
    visible_rows::update_visible(&mut state.list);
    list::select(&mut state.list, on.as_ref());
    list::keep_in_view(state);
}

/// Puts the conversation in question above the others, or back among them.
pub fn toggle_pin(state: &mut State) -> Vec<Effect> {
    let Some((id, _)) = require_target(state) else {
        return Vec::new();
    };
    let change = if state.list.arrangement.pinned.contains(&id) {
        state.show_notice(NoticeKind::Info, "Conversation unpinned.");
        ArrangementChange::Unpin(id)
    } else {
        state.show_notice(NoticeKind::Info, "Conversation pinned to the top of the list.");
        ArrangementChange::Pin(id)
    };
    apply_change(state, change)
}

/// Puts the conversation in question out of sight, or back; the cursor goes to the next row.
pub fn toggle_archive(state: &mut State) -> Vec<Effect> {
    let Some((id, _)) = require_target(state) else {
        return Vec::new();
    };
    let change = if state.list.arrangement.archived.contains(&id) {
        state.show_notice(NoticeKind::Info, "Conversation unarchived.");
        ArrangementChange::Unarchive(id)
    } else {
        let key = state.keymap.primary_key(crate::settings::Action::ShowArchived);
        let how = key.map_or_else(String::new, |key| {
            format!(" Press {key} in the list to show archived conversations.")
        });
        state.show_notice(NoticeKind::Info, format!("Archived.{how}"));
        ArrangementChange::Archive(id)
    };
    apply_change(state, change)
}

/// Shows the archived conversations, or the others again.
pub fn toggle_archived(state: &mut State) -> Vec<Effect> {
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

/// Makes a copy of the conversation in question.
pub fn duplicate(state: &mut State) -> Vec<Effect> {
    let Some((id, _)) = require_target(state) else {
        return Vec::new();
    };
    if state.turn_in(&id).is_some() {
        state.show_notice(
            NoticeKind::Info,
            "The answer is still arriving. Duplicate the conversation when it is complete.",
        );
        return Vec::new();
    }
    let copy = state.ids.next_conversation_id();
    vec![Effect::Store(StoreEffect::Duplicate { id, copy_id: copy, at: state.now })]
}

/// Writes the conversation in question to a file named after it.
pub fn export(state: &mut State) -> Vec<Effect> {
    export_to(state, "")
}

/// Writes the conversation in question to a file of the user's choice.
pub fn export_to(state: &mut State, path: &str) -> Vec<Effect> {
    let Some((id, _)) = require_target(state) else {
        return Vec::new();
    };
    let path = Some(path.to_owned()).filter(|path| !path.is_empty());
    vec![Effect::Store(StoreEffect::Export { id, path })]
}

/// A conversation that is gone on with comes back into sight.
pub fn unarchive(state: &mut State, id: &ConversationId) -> Vec<Effect> {
    if !state.list.arrangement.archived.contains(id) {
        return Vec::new();
    }
    apply_change(state, ArrangementChange::Unarchive(id.clone()))
}

/// Makes the pane wider or narrower by columns, and remembers it.
pub fn resize(state: &mut State, columns: i16) -> Vec<Effect> {
    let (fewest, most) = WIDTH_RANGE;
    // Half of the screen is all it gets.
    let most = most.min(state.size.0 / 2).max(fewest);
    state.list.width = state.list.width.saturating_add_signed(columns).clamp(fewest, most);
    let columns = state.list.width;
    apply_change(state, ArrangementChange::ListWidth(columns))
}

/// Shows a change at once and asks for it to be kept.
fn apply_change(state: &mut State, change: ArrangementChange) -> Vec<Effect> {
    let mut arrangement = std::mem::take(&mut state.list.arrangement);
    arrangement.apply(&change);
    // A row that leaves takes the cursor to the one behind it, one that moves takes it along.
    let leaves = matches!(change, ArrangementChange::Archive(_) | ArrangementChange::Unarchive(_));
    let place = state.list.selected;
    set_arrangement(state, arrangement);
    if leaves && state.list.filter.is_none() {
        state.list.selected = place.min(state.list.visible.len().saturating_sub(1));
    }
    vec![Effect::Store(StoreEffect::Arrange(change))]
}

/// The conversation that is meant; says so where there is none in the list.
pub fn require_target(state: &mut State) -> Option<(ConversationId, String)> {
    let subject = target::target_conversation(state);
    let said = match &subject {
        None => "There is no conversation yet.",
        Some((id, _)) if temporary::is_temporary(state, id) => {
            "This conversation is temporary. Use /save to keep it first."
        }
        Some(_) => return subject,
    };
    state.show_notice(NoticeKind::Info, said);
    None
}
