//! Presets to choose from, and what is being done to one of them.

use crate::app::editor::Editor;
use crate::chat::preset::{DEFAULT_PRESET, PresetFault};
use crate::chat::{Preset, PresetList};

use super::notice::NoticeKind;
use super::preset_form::PresetForm;

/// Presets to choose from.
#[derive(Debug, Clone)]
pub struct PresetPicker {
    /// The choices; `None` while they are being read.
    pub list: Option<PresetList>,
    /// The name that was typed, to be taken without a choice.
    pub requested_name: Option<String>,
    /// Position of the cursor.
    pub selected: usize,
    /// What is being done to one of them.
    pub task: PresetTask,
    /// What came of the last thing that was done.
    pub message: Option<(NoticeKind, String)>,
}

/// What is being done to presets.
#[derive(Debug, Clone)]
pub enum PresetTask {
    /// One is being chosen.
    Choosing,
    /// The one under the cursor gets another name.
    Renaming(Box<PresetRenameDialog>),
    /// Whether this one should go is asked.
    Deleting(Box<Preset>),
    /// One is being written.
    Editing(Box<PresetForm>),
}

/// Another name being typed.
#[derive(Debug, Clone)]
pub struct PresetRenameDialog {
    /// The preset as it is.
    pub original: Preset,
    /// The one-line editor.
    pub editor: Editor,
    /// What is wrong with the name.
    pub fault: Option<PresetFault>,
}

impl PresetPicker {
    /// The preset under the cursor.
    #[must_use]
    pub fn selected_preset(&self) -> Option<&Preset> {
        self.list.as_ref()?.presets.get(self.selected)
    }

    /// Puts the cursor on a preset, or as near as it gets.
    pub(in crate::app) fn select_preset(&mut self, id: Option<&str>) {
        let presets = self.list.as_ref().map(|list| list.presets.as_slice()).unwrap_or_default();
        let place = presets.iter().position(|it| Some(it.id.as_str()) == id);
        self.selected = place.unwrap_or(self.selected).min(presets.len().saturating_sub(1));
    }

    /// Whether a preset is anybody's to change; says so where it is not.
    pub(in crate::app) fn can_change(&mut self, preset: &Preset) -> bool {
        let may = preset.id != DEFAULT_PRESET;
        if !may {
            let said = PresetFault::DefaultPreset.sentence().to_owned();
            self.message = Some((NoticeKind::Warning, said));
        }
        may
    }
}
