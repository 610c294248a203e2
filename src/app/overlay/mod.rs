//! What lies over the panes: a file for each, routed here.
//! May not do what was confirmed; it asks for it.

pub mod confirm;
pub mod cursor;
pub mod help;
pub mod log;
pub mod models;
pub mod palette;
pub mod presets;
pub mod prompts;
pub mod rename;
pub mod search_overlay;
pub mod themes;
pub mod usage;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{Overlay, Reaction, State};

/// Gives a key to the overlay. Esc and Ctrl+C close every one of them.
pub fn handle_key(state: &mut State, key: KeyEvent) -> Reaction {
    let interrupted =
        key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL);
    if key.code == KeyCode::Esc || interrupted {
        match state.overlay {
            Some(Overlay::Palette(_)) => palette::close_palette(state),
            Some(Overlay::Search(_)) => return search_overlay::close_search(state).into(),
            Some(Overlay::Presets(_)) => return presets::close_task(state).into(),
            _ => state.overlay = None,
        }
        return Reaction::default();
    }
    match state.overlay {
        None => Reaction::default(),
        Some(Overlay::Help(_)) => help::handle_key(state, key).into(),
        Some(Overlay::Rename(_)) => rename::handle_key(state, key).into(),
        Some(Overlay::Confirm(_)) => confirm::handle_key(state, key).into(),
        Some(Overlay::Models(_)) => models::handle_key(state, key),
        Some(Overlay::Themes(_)) => themes::handle_key(state, key).into(),
        Some(Overlay::Usage(_)) => usage::handle_key(state).into(),
        Some(Overlay::Log(_)) => log::handle_key(state, key).into(),
        Some(Overlay::Search(_)) => search_overlay::handle_key(state, key).into(),
        Some(Overlay::Palette(_)) => palette::handle_key(state, key),
        Some(Overlay::Presets(_)) => presets::handle_key(state, key).into(),
        Some(Overlay::Prompts(_)) => prompts::handle_key(state, key).into(),
    }
}

/// Gives pasted text to the overlay; those without a text field leave it.
pub fn paste(state: &mut State, text: &str) -> Reaction {
    match state.overlay {
        Some(Overlay::Rename(_)) => rename::paste(state, text).into(),
        Some(Overlay::Palette(_)) => palette::paste(state, text).into(),
        Some(Overlay::Search(_)) => search_overlay::paste(state, text).into(),
        Some(Overlay::Prompts(_)) => prompts::paste(state, text).into(),
        Some(Overlay::Models(_)) => models::paste(state, text),
        Some(Overlay::Presets(_)) => {
            presets::paste(state, text);
            Reaction::default()
        }
        None
        | Some(
            Overlay::Help(_)
            | Overlay::Confirm(_)
            | Overlay::Themes(_)
            | Overlay::Usage(_)
            | Overlay::Log(_),
        ) => Reaction::default(),
    }
}
