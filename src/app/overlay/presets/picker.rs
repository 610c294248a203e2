//! Access to the open preset picker.

use crate::app::{Overlay, PresetPicker, State};

/// The picker, while it is open.
pub(super) fn open_picker_mut(state: &mut State) -> Option<&mut PresetPicker> {
    match &mut state.overlay {
        Some(Overlay::Presets(picker)) => Some(picker),
        _ => None,
    }
}
