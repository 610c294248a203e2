//! The presets on screen, where they are, and text on one line.

use crate::app::{Overlay, PresetPicker, State};

/// The presets, while they are on screen.
pub(super) fn open_picker_mut(state: &mut State) -> Option<&mut PresetPicker> {
    match &mut state.overlay {
        Some(Overlay::Presets(picker)) => Some(picker),
        _ => None,
    }
}

/// Text as it fits a field of one line.
pub(super) fn to_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
