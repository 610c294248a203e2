//! A preset being written: its fields, and what keeping it would do.

use crate::app::editor::Editor;
use crate::chat::preset::{PresetFault, PresetRules};
use crate::chat::{Preset, PresetChange};

/// A field of a preset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PresetField {
    /// Its name.
    Name,
    /// What the model is told.
    Instructions,
    /// The model.
    Model,
    /// The effort.
    Effort,
    /// The tools.
    Tools,
}

impl PresetField {
    /// Every one, in the order they stand in.
    pub const ALL: [Self; 5] =
        [Self::Name, Self::Instructions, Self::Model, Self::Effort, Self::Tools];

    /// What it is called.
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

    /// The field a fault is about.
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

/// A preset being written.
#[derive(Debug, Clone)]
pub struct PresetForm {
    /// As it is in the file; unset for a new one.
    pub original: Option<Preset>,
    /// Its id.
    pub id: String,
    /// Whose rules it keeps.
    pub rules: PresetRules,
    /// Its name.
    pub name: Editor,
    /// What the model is told.
    pub instructions: Editor,
    /// The model.
    pub model: Editor,
    /// The effort.
    pub effort: Option<String>,
    /// The tools.
    pub tools: Option<Vec<String>>,
    /// Where the keys go.
    pub field: PresetField,
    /// What speaks against keeping it, since that was tried.
    pub faults: Vec<PresetFault>,
    /// What was written down as a draft.
    pub saved_draft: Option<Preset>,
}

impl PresetForm {
    /// The preset as it is written.
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

    /// What keeping it does.
    #[must_use]
    pub fn change(&self) -> PresetChange {
        match self.original.clone() {
            Some(before) => PresetChange::Edit { before, after: self.preset() },
            None => PresetChange::Create { preset: self.preset() },
        }
    }

    /// Whether anything is written that is not in the file.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        let blank = Preset { id: self.id.clone(), ..Preset::default() };
        self.preset() != *self.original.as_ref().unwrap_or(&blank)
    }
}
