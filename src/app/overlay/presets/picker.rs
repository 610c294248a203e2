//! Access to the open preset picker, and one-line texts.

use crate::app::{Overlay, PresetPicker, State};

/// The picker, while it is open.
pub(super) fn open_picker_mut(state: &mut State) -> Option<&mut PresetPicker> {
    match &mut state.overlay {
        Some(Overlay::Presets(picker)) => Some(picker),
        _ => None,
    }
}

/// A text with its white space reduced to single spaces.
pub(super) fn to_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
