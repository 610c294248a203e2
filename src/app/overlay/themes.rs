//! The theme picker; the selected theme is previewed.

use crossterm::event::{KeyCode, KeyEvent};

use crate::app::{Effect, NoticeKind, Overlay, State, ThemePicker, ui_prefs};

use super::cursor;

/// Opens the picker with the current theme selected.
pub fn open_picker(state: &mut State) -> Vec<Effect> {
    let ui_prefs = &state.ui_prefs;
    let selected =
        ui_prefs.theme_names.iter().position(|name| name == ui_prefs.theme.value()).unwrap_or(0);
    state.overlay = Some(Overlay::Themes(ThemePicker { selected }));
    Vec::new()
}

/// Moves the cursor; Enter chooses.
pub fn handle_key(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    let names = state.ui_prefs.theme_names.len();
    let Some(Overlay::Themes(picker)) = state.overlay.as_mut() else {
        return Vec::new();
    };
    if key.code == KeyCode::Enter {
        let selected = picker.selected;
        state.overlay = None;
        if let Some(name) = state.ui_prefs.theme_names.get(selected).cloned() {
            return ui_prefs::choose_theme(state, &name);
        }
    } else if let Some(to) = cursor::cursor_after_key_without_text(picker.selected, names, key) {
        picker.selected = to;
    }
    Vec::new()
}

/// Uses the theme with this name.
pub fn choose_named(state: &mut State, name: &str) -> Vec<Effect> {
    if state.ui_prefs.theme_names.iter().any(|known| known == name) {
        return ui_prefs::choose_theme(state, name);
    }
    let there_are = state.ui_prefs.theme_names.join(", ");
    state.show_notice(
        NoticeKind::Warning,
        format!("There is no theme \"{name}\". Available: {there_are}."),
    );
    Vec::new()
}
