//! The help page with the key table.

use crossterm::event::KeyEvent;

use crate::app::conversation_mark::ConversationMark;
use crate::app::{Effect, HelpView, KeyReports, Overlay, State, mouse};
use crate::settings::Scope;

use super::cursor;

/// The commands that print more than this page has room for.
pub(crate) const MANUAL: [(&str, &str); 2] = [
    ("duologue help", "the list of the manual's pages"),
    ("duologue help keys", "these keys, and how to change them"),
];

pub(crate) fn show(state: &mut State) -> Vec<Effect> {
    state.overlay = Some(Overlay::Help(HelpView::default()));
    Vec::new()
}

/// Scrolls; Enter and keys that type nothing close the page.
pub(crate) fn handle_key(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    // Each scope has a heading and an empty line.
    let keys: usize =
        Scope::ALL.iter().map(|scope| state.keymap.rows(*scope).count().saturating_add(2)).sum();
    // The mouse, the marks and the manual have a heading and an empty line each; the pin is a mark.
    let lines = keys
        .saturating_add(mouse::MOUSE_HELP.len())
        .saturating_add(2)
        .saturating_add(ConversationMark::ALL.len())
        .saturating_add(3)
        .saturating_add(MANUAL.len())
        .saturating_add(2);
    // The mark of a key that the terminal may not send is explained at the end.
    let lines = lines.saturating_add(if has_marked_keys(state) { 2 } else { 0 });
    // Borders and key hints take three rows.
    let rows = usize::from(state.size.rows.saturating_sub(3));
    let places = lines.saturating_sub(rows).saturating_add(1);
    if let Some(Overlay::Help(help)) = state.overlay.as_mut() {
        match cursor::cursor_after_key_without_text(help.top, places, key) {
            Some(top) => help.top = top,
            None if cursor::closes_page(key) => state.overlay = None,
            None => {}
        }
    }
    Vec::new()
}

/// Whether keys are marked that the terminal may not send.
#[must_use]
pub(crate) fn has_marked_keys(state: &State) -> bool {
    let mut chords = Scope::ALL
        .iter()
        .flat_map(|scope| state.keymap.rows(*scope))
        .flat_map(|binding| &binding.chords);
    state.ui_prefs.key_reports == KeyReports::Basic
        && chords.any(|chord| chord.needs_modifier_reports())
}
