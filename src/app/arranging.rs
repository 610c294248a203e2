//! Pinning, archiving, duplicating, exporting, the width of the list: what a user does to a row besides opening it.
//! May not store anything; verbs are effects.

use crate::chat::{Arrangement, Arranging, ConversationId};

use super::{Effect, NoticeKind, Sight, State, StoreEffect, list, matching, subject, temporary};

/// Fewest and most columns the pane can be set to.
const WIDTHS: (u16, u16) = (18, 60);

/// Takes the arrangement as it is on disk.
pub fn take(state: &mut State, arrangement: Arrangement) {
    if let Some(columns) = arrangement.list_width {
        state.list.width = columns;
    }
    let on = list::selected(&state.list).map(|row| row.id.clone());
    state.list.arrangement = arrangement;
    matching::show_matching(&mut state.list);
    list::select(&mut state.list, on.as_ref());
    list::keep_in_view(state);
}

/// Puts the conversation in question above the others, or back among them.
pub fn pin(state: &mut State) -> Vec<Effect> {
    let Some((id, _)) = subject(state) else {
        return Vec::new();
    };
    let change = if state.list.arrangement.pinned.contains(&id) {
        state.say(NoticeKind::Info, "Not pinned any more.");
        Arranging::Unpin(id)
    } else {
        state.say(NoticeKind::Info, "Pinned: it stays at the top of the list.");
        Arranging::Pin(id)
    };
    make(state, change)
}

/// Puts the conversation in question out of sight, or back; the cursor goes to the next row.
pub fn archive(state: &mut State) -> Vec<Effect> {
    let Some((id, _)) = subject(state) else {
        return Vec::new();
    };
    let change = if state.list.arrangement.archived.contains(&id) {
        state.say(NoticeKind::Info, "Back among the conversations.");
        Arranging::Unarchive(id)
    } else {
        let key = state.keymap.key(crate::settings::Action::ShowArchived);
        let how = key.map_or_else(String::new, |key| format!(" {key} in the list shows it."));
        state.say(NoticeKind::Info, format!("Archived.{how}"));
        Arranging::Archive(id)
    };
    make(state, change)
}

/// Shows the archived conversations, or the others again.
pub fn toggle_archived(state: &mut State) -> Vec<Effect> {
    state.list.sight = match state.list.sight {
        Sight::Current => Sight::Archived,
        Sight::Archived => Sight::Current,
    };
    state.focus = super::Focus::List;
    state.list.hidden = false;
    state.list.selected = 0;
    state.list.top = 0;
    list::end_filter(state);
    Vec::new()
}

/// Makes a copy of the conversation in question.
pub fn duplicate(state: &mut State) -> Vec<Effect> {
    let Some((id, _)) = subject(state) else {
        return Vec::new();
    };
    if state.turn_in(&id).is_some() {
        state.say(NoticeKind::Info, "Its answer is still coming. Duplicate it when it is there.");
        return Vec::new();
    }
    let copy = state.ids.conversation();
    vec![Effect::Store(StoreEffect::Duplicate { id, copy, at: state.now })]
}

/// Writes the conversation in question to a file named after it.
pub fn export(state: &mut State) -> Vec<Effect> {
    export_to(state, "")
}

/// Writes the conversation in question to a file of the user's choice.
pub fn export_to(state: &mut State, path: &str) -> Vec<Effect> {
    let Some((id, _)) = subject(state) else {
        return Vec::new();
    };
    let path = Some(path.to_owned()).filter(|path| !path.is_empty());
    vec![Effect::Store(StoreEffect::Export { id, path })]
}

/// A conversation that is gone on with comes back into sight.
pub fn bring_back(state: &mut State, id: &ConversationId) -> Vec<Effect> {
    if !state.list.arrangement.archived.contains(id) {
        return Vec::new();
    }
    make(state, Arranging::Unarchive(id.clone()))
}

/// Makes the pane wider or narrower by columns, and remembers it.
pub fn resize(state: &mut State, columns: i16) -> Vec<Effect> {
    let (fewest, most) = WIDTHS;
    // Half of the screen is all it gets.
    let most = most.min(state.size.0 / 2).max(fewest);
    state.list.width = state.list.width.saturating_add_signed(columns).clamp(fewest, most);
    let columns = state.list.width;
    make(state, Arranging::ListWidth(columns))
}

/// Shows a change at once and asks for it to be kept.
fn make(state: &mut State, change: Arranging) -> Vec<Effect> {
    let mut arrangement = std::mem::take(&mut state.list.arrangement);
    arrangement.make(&change);
    // A row that leaves takes the cursor to the one behind it, one that moves takes it along.
    let leaves = matches!(change, Arranging::Archive(_) | Arranging::Unarchive(_));
    let place = state.list.selected;
    take(state, arrangement);
    if leaves && state.list.filter.is_none() {
        state.list.selected = place.min(state.list.shown.len().saturating_sub(1));
    }
    vec![Effect::Store(StoreEffect::Arrange(change))]
}

/// The conversation that is meant; says so where there is none in the list.
pub fn subject(state: &mut State) -> Option<(ConversationId, String)> {
    let subject = subject::meant(state);
    let said = match &subject {
        None => "There is no conversation here yet.",
        Some((id, _)) if temporary::is(state, id) => {
            "This conversation is temporary. /save keeps it first."
        }
        Some(_) => return subject,
    };
    state.say(NoticeKind::Info, said);
    None
}
