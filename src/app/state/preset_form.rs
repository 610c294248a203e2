//! State of the preset form.

use crate::app::editor::Editor;
use crate::chat::preset::{PresetFault, PresetRules};
use crate::chat::{Preset, PresetChange};

use super::tool_picker::ToolPicker;

/// A field of the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // each is named after what it is
pub enum PresetField {
    Name,
    /// The instructions for the model.
    Instructions,
    Model,
    Effort,
    Tools,
}

impl PresetField {
    /// All fields in their order on screen.
    pub const ALL: [Self; 5] =
        [Self::Name, Self::Instructions, Self::Model, Self::Effort, Self::Tools];

    /// The label on screen.
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Name => "Name",
            Self::Instructions => "Instructions",
            Self::Model => "Model",
            Self::Effort => "Effort",
            Self::Tools => "Tools",
        }
    }

    /// The field that a fault belongs to.
    #[must_use]
    pub const fn of(fault: PresetFault) -> Self {
        match fault {
            PresetFault::EmptyName | PresetFault::DefaultPreset => Self::Name,
            PresetFault::NoInstructions => Self::Instructions,
            PresetFault::UnknownModel => Self::Model,
            PresetFault::UnknownEffort => Self::Effort,
            PresetFault::NoTools => Self::Tools,
        }
    }
}

/// The form for editing a preset.
#[derive(Debug, Clone)]
pub struct PresetForm {
    /// The stored preset; `None` for a new one.
    pub original: Option<Preset>,
    /// The key in the presets file, also of one that is not saved yet.
    pub id: String,
    /// The rules for the presets of the file.
    pub rules: PresetRules,
    /// The name being edited.
    pub name: Editor,
    /// The instructions being edited.
    pub instructions: Editor,
    /// The model being edited.
    pub model: Editor,
    /// The chosen effort; `None` leaves it to the model.
    pub effort: Option<String>,
    /// The chosen tools; `None` leaves them unchanged.
    pub tools: Option<Vec<String>>,
    /// The list of all tools over the form, while it is open.
    pub tool_list: Option<ToolPicker>,
    /// The field that gets the keys.
    pub field: PresetField,
    /// What prevents saving, since that was tried.
    pub faults: Vec<PresetFault>,
    /// The preset that was saved as a draft last.
    pub saved_draft: Option<Preset>,
    /// The preset that is being saved, until the result is known.
    pub saving: Option<Preset>,
}

impl PresetForm {
    /// Makes the preset that saving would store; blank fields are `None`.
    #[must_use]
    pub fn preset(&self) -> Preset {
        let given =
            |editor: &Editor| Some(editor.text().to_owned()).filter(|text| !text.trim().is_empty());
        Preset {
            id: self.id.clone(),
            name: self.name.text().trim().to_owned(),
            instructions: given(&self.instructions),
            model: given(&self.model).map(|model| model.trim().to_owned()),
            effort: self.effort.clone(),
            tools: self.tools.clone(),
        }
    }

    /// The tools that are chosen, also those that the web app fills in.
    #[must_use]
    pub fn chosen_tools(&self) -> Vec<String> {
        self.preset().with_defaults(self.rules).tools.unwrap_or_default()
    }

    /// The change that saving would make.
    #[must_use]
    pub fn change(&self) -> PresetChange {
        match self.original.clone() {
            Some(before) => PresetChange::Edit { before, after: self.preset() },
            None => PresetChange::Create { preset: self.preset() },
        }
    }

    /// Returns `true` where closing the form would lose something.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        let blank = Preset { id: self.id.clone(), ..Preset::default() };
        self.preset() != *self.original.as_ref().unwrap_or(&blank)
    }
}
