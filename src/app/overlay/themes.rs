//! The theme picker; the selected theme is previewed.

use crossterm::event::{KeyCode, KeyEvent};

use crate::app::commands::fuzzy::{self, FuzzyMatcher};
use crate::app::overlay::filter_list::ListKey;
use crate::app::{Effect, FilterList, NoticeKind, Overlay, State, ui_prefs};

/// Opens the picker with the current theme selected.
pub fn open_picker(state: &mut State) -> Vec<Effect> {
    let ui_prefs = &state.ui_prefs;
    let selected =
        ui_prefs.theme_names.iter().position(|name| name == ui_prefs.theme.value()).unwrap_or(0);
    let matches = (0..ui_prefs.theme_names.len()).collect();
    let picker = FilterList { selected, ..FilterList::of(matches) };
    state.overlay = Some(Overlay::Themes(Box::new(picker)));
    Vec::new()
}

/// Edits the filter, moves the cursor and chooses.
pub fn handle_key(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    if key.code == KeyCode::Enter {
        return choose_selected(state);
    }
    if let Some(Overlay::Themes(picker)) = state.overlay.as_mut()
        && picker.handle_key(key, &state.keymap) == ListKey::Typed
    {
        update_matches(picker, &state.ui_prefs.theme_names);
    }
    Vec::new()
}

/// Uses the selected theme; without a match Enter does nothing.
fn choose_selected(state: &mut State) -> Vec<Effect> {
    let Some(Overlay::Themes(picker)) = &state.overlay else { return Vec::new() };
    if picker.matches.is_empty() {
        return Vec::new();
    }
    let name = ui_prefs::current_theme(state).to_owned();
    state.overlay = None;
    ui_prefs::choose_theme(state, &name)
}

pub(super) fn update_matches(picker: &mut FilterList<usize>, names: &[String]) {
    let all = names.iter().map(String::as_str).enumerate();
    picker.set_matches(fuzzy::best_first(FuzzyMatcher::new(picker.editor.text()), all));
}

/// Uses the theme with this name.
pub fn choose_named(state: &mut State, name: &str) -> Vec<Effect> {
    if state.ui_prefs.theme_names.iter().any(|known| known == name) {
        return ui_prefs::choose_theme(state, name);
    }
    let text = format!("There is no theme \"{name}\". /theme lists them.");
    state.show_notice(NoticeKind::Warning, text);
    Vec::new()
}
