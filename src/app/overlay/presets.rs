//! A choice of presets.
//! May not read or change any: the list arrives as a fact.

use crossterm::event::{KeyCode, KeyEvent};

use crate::app::{Effect, NoticeKind, State, StoreEffect};
use crate::chat::preset::named;
use crate::chat::{Failure, Preset};

use super::{Overlay, cursor};

/// Presets to choose from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresetPicker {
    /// The choices; `None` while they are being read.
    pub presets: Option<Vec<Preset>>,
    /// The name that was typed, to be taken without a choice.
    pub wanted: Option<String>,
    /// Position of the cursor.
    pub selected: usize,
}

/// Lets the user choose a preset.
pub fn ask(state: &mut State) -> Vec<Effect> {
    open(state, None)
}

/// Takes the preset with this name.
pub fn choose_named(state: &mut State, name: &str) -> Vec<Effect> {
    open(state, Some(name.to_owned()))
}

fn open(state: &mut State, wanted: Option<String>) -> Vec<Effect> {
    state.overlay = Some(Overlay::Presets(PresetPicker { presets: None, wanted, selected: 0 }));
    vec![Effect::Store(StoreEffect::ListPresets)]
}

/// Takes the presets there are.
pub fn take(state: &mut State, listed: Result<Vec<Preset>, Failure>) {
    let used = state.session.preset.as_ref().map(|preset| preset.id.clone());
    let Some(Overlay::Presets(picker)) = state.overlay.as_mut() else {
        return;
    };
    let presets = match listed {
        Ok(presets) => presets,
        Err(failure) => {
            state.overlay = None;
            state.say(NoticeKind::Error, failure.to_string());
            return;
        }
    };
    let Some(wanted) = picker.wanted.take() else {
        picker.selected = presets.iter().position(|it| Some(&it.id) == used.as_ref()).unwrap_or(0);
        picker.presets = Some(presets);
        return;
    };
    state.overlay = None;
    match named(&presets, &wanted) {
        Some(preset) => use_preset(state, preset),
        None => state.say(NoticeKind::Error, format!("There is no preset \"{wanted}\".")),
    }
}

/// Moves the cursor; Enter chooses.
pub fn press(state: &mut State, key: KeyEvent) -> Vec<Effect> {
    let Some(Overlay::Presets(picker)) = state.overlay.as_mut() else {
        return Vec::new();
    };
    let rows = picker.presets.as_ref().map_or(0, Vec::len);
    if key.code == KeyCode::Enter {
        let chosen = picker.presets.as_ref().and_then(|all| all.get(picker.selected)).cloned();
        if let Some(preset) = chosen {
            state.overlay = None;
            use_preset(state, &preset);
        }
    } else if let Some(to) = cursor::moved_without_text(picker.selected, rows, key) {
        picker.selected = to;
    }
    Vec::new()
}

/// Questions are asked by this preset from now on.
fn use_preset(state: &mut State, preset: &Preset) {
    state.session.take(preset.clone());
    state.say(NoticeKind::Info, format!("Questions are asked as \"{}\" from now on.", preset.name));
}
