//! State of the preset picker.

use crate::app::editor::Editor;
use crate::chat::preset::{DEFAULT_PRESET, PresetFault};
use crate::chat::{Preset, PresetList};

use super::notice::NoticeKind;
use super::preset_form::PresetForm;

/// The presets, the cursor among them, and what is being done to one.
#[derive(Debug, Clone)]
pub struct PresetPicker {
    /// The presets; `None` until they are read.
    pub list: Option<PresetList>,
    /// A name from a command: the preset to use without a choice.
    pub requested_name: Option<String>,
    /// Position of the cursor.
    pub selected: usize,
    /// What is being done to a preset.
    pub task: PresetTask,
    /// The result of the last action.
    pub message: Option<(NoticeKind, String)>,
}

/// What is being done in the picker.
#[derive(Debug, Clone)]
pub enum PresetTask {
    /// A preset is being chosen.
    Choosing,
    /// The selected preset is being renamed.
    Renaming(Box<PresetRenameDialog>),
    /// The user is asked whether to delete this preset.
    Deleting(Box<Preset>),
    /// A preset is being edited.
    Editing(Box<PresetForm>),
}

/// The new name of a preset while it is typed.
#[derive(Debug, Clone)]
pub struct PresetRenameDialog {
    /// The preset as it is stored.
    pub original: Preset,
    /// The name being typed.
    pub editor: Editor,
    /// Why the name cannot be used.
    pub fault: Option<PresetFault>,
}

impl PresetPicker {
    /// The form, where a preset is being edited.
    pub(in crate::app) fn form_mut(&mut self) -> Option<&mut PresetForm> {
        match &mut self.task {
            PresetTask::Editing(form) => Some(form),
            PresetTask::Choosing | PresetTask::Renaming(_) | PresetTask::Deleting(_) => None,
        }
    }

    /// The preset under the cursor.
    #[must_use]
    pub fn selected_preset(&self) -> Option<&Preset> {
        self.list.as_ref()?.presets.get(self.selected)
    }

    /// Selects a preset, if it is in the list.
    pub(in crate::app) fn select_preset(&mut self, id: Option<&str>) {
        let presets = self.list.as_ref().map(|list| list.presets.as_slice()).unwrap_or_default();
        let index = presets.iter().position(|it| Some(it.id.as_str()) == id);
        self.selected = index.unwrap_or(self.selected).min(presets.len().saturating_sub(1));
    }

    /// Whether a preset can be changed; shows why not.
    pub(in crate::app) fn can_change(&mut self, preset: &Preset) -> bool {
        let may = preset.id != DEFAULT_PRESET;
        if !may {
            let text = PresetFault::DefaultPreset.sentence().to_owned();
            self.message = Some((NoticeKind::Warning, text));
        }
        may
    }
}
