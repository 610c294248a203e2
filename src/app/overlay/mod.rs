//! Routes keys and pastes to the open overlay.

pub(crate) mod approval;
pub(crate) mod confirm;
pub(crate) mod cursor;
pub(in crate::app) mod filter_list;
pub(crate) mod help;
pub(crate) mod log;
pub(crate) mod message_menu;
pub(crate) mod models;
pub(crate) mod palette;
pub(crate) mod presets;
pub(crate) mod prompts;
pub(crate) mod rename;
pub mod search_overlay;
pub mod themes;
pub mod tools;
pub(crate) mod usage;

use crossterm::event::{KeyCode, KeyEvent};

use super::{Effect, Overlay, Reaction, State, UiRequest, editor};
use crate::settings::{Action, Scope};

/// Handles a key of the overlay. Esc and Ctrl+C close every overlay; the quit key works as elsewhere.
pub(crate) fn handle_key(state: &mut State, key: KeyEvent) -> Reaction {
    if state.keymap.action_in(Scope::Everywhere, key) == Some(Action::Quit) {
        return UiRequest::RunAction(Action::Quit).into();
    }
    if key.code == KeyCode::Esc || editor::is_ctrl_c(key) {
        match state.overlay {
            Some(Overlay::Palette(_)) => palette::close_palette(state),
            Some(Overlay::Search(_)) => return search_overlay::close_search(state).into(),
            Some(Overlay::Presets(_)) => return presets::close_task(state).into(),
            Some(Overlay::Approval(_)) => return approval::refuse(state).into(),
            _ => state.overlay = None,
        }
        return Reaction::default();
    }
    match state.overlay {
        None => Reaction::default(),
        Some(Overlay::Help(_)) => help::handle_key(state, key).into(),
        Some(Overlay::Rename(_)) => rename::handle_key(state, key).into(),
        Some(Overlay::Confirm(_)) => confirm::handle_key(state, key).into(),
        Some(Overlay::Approval(_)) => approval::handle_key(state, key).into(),
        Some(Overlay::Models(_)) => models::handle_key(state, key),
        Some(Overlay::Themes(_)) => themes::handle_key(state, key).into(),
        Some(Overlay::Tools(_)) => tools::handle_key(state, key).into(),
        Some(Overlay::Usage(_)) => usage::handle_key(state, key).into(),
        Some(Overlay::Log(_)) => log::handle_key(state, key).into(),
        Some(Overlay::Search(_)) => search_overlay::handle_key(state, key).into(),
        Some(Overlay::Palette(_)) => palette::handle_key(state, key),
        Some(Overlay::Presets(_)) => presets::handle_key(state, key).into(),
        Some(Overlay::Prompts(_)) => prompts::handle_key(state, key).into(),
        Some(Overlay::MessageMenu(_)) => message_menu::handle_key(state, key),
    }
}

/// Inserts pasted text as one line; ignored by overlays without a text field.
pub(crate) fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    if let Some(field) = state.overlay.as_mut().and_then(Overlay::field_mut) {
        field.insert_line(text);
    }
    match state.overlay.as_mut() {
        Some(Overlay::Help(help)) => help.top = 0,
        Some(Overlay::Palette(palette)) => palette::update_matches(palette),
        Some(Overlay::Prompts(picker)) => prompts::update_matches(picker),
        Some(Overlay::Models(picker)) => picker.update_matches(),
        Some(Overlay::Themes(list)) => {
            themes::update_matches(list, &state.ui_prefs.theme_names);
        }
        Some(Overlay::Search(_)) => return search_overlay::start_search(state),
        // Its form has several fields.
        Some(Overlay::Presets(_)) => presets::paste(state, text),
        _ => {}
    }
    Vec::new()
}
