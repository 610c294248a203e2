//! The key table over everything.
//! May not change a key.

use crossterm::event::KeyEvent;

use crate::app::conversation_mark::ConversationMark;
use crate::app::{Effect, HelpView, KeyReports, Overlay, State, mouse};
use crate::settings::Scope;

use super::cursor;

/// Shows the key table.
pub fn show(state: &mut State) -> Vec<Effect> {
    state.overlay = Some(Overlay::Help(HelpView::default()));
    Vec::new()
}

/// Scrolls; every other key closes it.
pub fn handle_key(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    // A heading and an empty line for each part.
    let keys: usize =
        Scope::ALL.iter().map(|scope| state.keymap.rows(*scope).count().saturating_add(2)).sum();
    // The mouse with a heading and an empty line, the marks of the list, the pin among them.
    let lines = keys
        .saturating_add(mouse::MOUSE_HELP.len())
        .saturating_add(2)
        .saturating_add(ConversationMark::ALL.len())
        .saturating_add(3);
    // Below, what the mark of a key means.
    let lines = lines.saturating_add(if has_marked_keys(state) { 2 } else { 0 });
    // The last line goes no higher than the last row: borders and keys take three.
    let rows = usize::from(state.size.1.saturating_sub(3));
    let places = lines.saturating_sub(rows).saturating_add(1);
    if let Some(Overlay::Help(help)) = state.overlay.as_mut() {
        match cursor::cursor_after_key_without_text(help.top, places, key) {
            Some(top) => help.top = top,
            None => state.overlay = None,
        }
    }
    Vec::new()
}

/// Whether keys are marked that the terminal may not send.
#[must_use]
pub fn has_marked_keys(state: &State) -> bool {
    let mut chords = Scope::ALL
        .iter()
        .flat_map(|scope| state.keymap.rows(*scope))
        .flat_map(|binding| &binding.chords);
    state.ui_prefs.key_reports == KeyReports::Basic
        && chords.any(|chord| chord.needs_modifier_reports())
}
