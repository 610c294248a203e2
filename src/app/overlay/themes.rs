//! The theme picker; the selected theme is previewed.

use crossterm::event::{KeyCode, KeyEvent};

use crate::app::commands::fuzzy::FuzzyMatcher;
use crate::app::editor::{self, Editor};
use crate::app::{Effect, NoticeKind, Overlay, State, ThemePicker, ui_prefs};

use super::cursor;

/// Opens the picker with the current theme selected.
pub fn open_picker(state: &mut State) -> Vec<Effect> {
    let ui_prefs = &state.ui_prefs;
    let selected =
        ui_prefs.theme_names.iter().position(|name| name == ui_prefs.theme.value()).unwrap_or(0);
    let matches = (0..ui_prefs.theme_names.len()).collect();
    let picker = ThemePicker { editor: Editor::default(), matches, selected };
    state.overlay = Some(Overlay::Themes(Box::new(picker)));
    Vec::new()
}

/// Edits the filter, moves the cursor and chooses.
pub fn handle_key(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    if key.code == KeyCode::Enter {
        return choose_selected(state);
    }
    let Some(Overlay::Themes(picker)) = state.overlay.as_mut() else {
        return Vec::new();
    };
    if let Some(to) = cursor::cursor_after_key(picker.selected, picker.matches.len(), key) {
        picker.selected = to;
    } else if editor::handle_key(&mut picker.editor, &state.keymap, key)
        == editor::KeyHandling::Handled
    {
        update_matches(picker, &state.ui_prefs.theme_names);
    }
    Vec::new()
}

/// Inserts pasted text into the filter.
pub(crate) fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    if let Some(Overlay::Themes(picker)) = state.overlay.as_mut() {
        picker.editor.insert_line(text);
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

fn update_matches(picker: &mut ThemePicker, names: &[String]) {
    let mut fuzzy = FuzzyMatcher::new(picker.editor.text().trim());
    let fits = |at: &usize| names.get(*at).is_some_and(|name| fuzzy.score(name).is_some());
    picker.matches = (0..names.len()).filter(fits).collect();
    picker.selected = 0;
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
