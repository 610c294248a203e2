//! What lies over the panes: a file for each, routed here.
//! May not do what was confirmed; it asks for it.

pub mod confirm;
pub mod cursor;
pub mod find;
pub mod help;
pub mod log;
pub mod models;
pub mod palette;
pub mod presets;
pub mod prompts;
pub mod rename;
pub mod themes;
pub mod usage;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

pub use confirm::Confirm;
pub use find::Find;
pub use help::Help;
pub use log::LogView;
pub use models::ModelPicker;
pub use palette::Palette;
pub use presets::PresetPicker;
pub use prompts::PromptPicker;
pub use rename::RenameDialog;
pub use themes::ThemePicker;

use crate::chat::{ConversationId, UsageReport};

use super::{Effect, Focus, State, list};

/// What lies over the panes.
#[derive(Debug, Clone)]
pub enum Overlay {
    /// The key table.
    Help(Help),
    /// A new title being typed.
    Rename(Box<RenameDialog>),
    /// A question to be answered with y or n.
    Confirm(Confirm),
    /// Models to choose from.
    Models(Box<ModelPicker>),
    /// Themes to choose from.
    Themes(ThemePicker),
    /// What answers took; `None` while it is being summed up.
    Usage(Option<Box<UsageReport>>),
    /// The end of the log.
    Log(LogView),
    /// A search in every conversation.
    Find(Box<Find>),
    /// Everything that can be done.
    Palette(Box<Palette>),
    /// Presets to choose from.
    Presets(PresetPicker),
    /// Earlier prompts to choose from.
    Prompts(Box<PromptPicker>),
}

/// Gives a key to the overlay. Esc and Ctrl+C close every one of them.
pub fn press(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    let interrupted =
        key.code == KeyCode::Char('c') && key.modifiers.contains(KeyModifiers::CONTROL);
    if key.code == KeyCode::Esc || interrupted {
        match state.overlay {
            Some(Overlay::Palette(_)) => palette::leave(state),
            Some(Overlay::Find(_)) => return find::leave(state),
            Some(Overlay::Presets(_)) => return presets::leave(state),
            _ => state.overlay = None,
        }
        return Vec::new();
    }
    match state.overlay {
        None => Vec::new(),
        Some(Overlay::Help(_)) => help::press(state, key),
        Some(Overlay::Rename(_)) => rename::press(state, key),
        Some(Overlay::Confirm(_)) => confirm::press(state, key),
        Some(Overlay::Models(_)) => models::press(state, key),
        Some(Overlay::Themes(_)) => themes::press(state, key),
        Some(Overlay::Usage(_)) => usage::press(state),
        Some(Overlay::Log(_)) => log::press(state, key),
        Some(Overlay::Find(_)) => find::press(state, key),
        Some(Overlay::Palette(_)) => palette::press(state, key),
        Some(Overlay::Presets(_)) => presets::press(state, key),
        Some(Overlay::Prompts(_)) => prompts::press(state, key),
    }
}

/// Gives pasted text to the overlay; those without a text field leave it.
pub fn paste(state: &mut State, text: &str) -> Vec<Effect> {
    match state.overlay {
        Some(Overlay::Rename(_)) => rename::paste(state, text),
        Some(Overlay::Palette(_)) => palette::paste(state, text),
        Some(Overlay::Find(_)) => find::paste(state, text),
        Some(Overlay::Prompts(_)) => prompts::paste(state, text),
        Some(Overlay::Models(_)) => models::paste(state, text),
        Some(Overlay::Presets(_)) => {
            presets::paste(state, text);
            Vec::new()
        }
        None
        | Some(
            Overlay::Help(_)
            | Overlay::Confirm(_)
            | Overlay::Themes(_)
            | Overlay::Usage(_)
            | Overlay::Log(_),
        ) => Vec::new(),
    }
}

/// The conversation a verb is about: the row under the cursor, or the one on screen.
#[must_use]
pub fn subject(state: &State) -> Option<(ConversationId, String)> {
    if state.focus == Focus::List {
        return list::selected(&state.list).map(|row| (row.id.clone(), row.title.clone()));
    }
    state.transcript.open.as_ref().map(|open| (open.id.clone(), open.title.clone()))
}
