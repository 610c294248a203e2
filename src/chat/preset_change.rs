//! Changes of presets: creating, editing and deleting.

use super::Preset;
use super::preset::{DEFAULT_PRESET, PresetFault, PresetRules, strip};

/// One edit of the presets file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PresetChange {
    /// Adds a preset at the end.
    Create {
        /// The preset, with a new id.
        preset: Preset,
    },
    /// Changes the fields of a preset in which `before` and `after` differ.
    Edit {
        /// The preset the user saw.
        before: Preset,
        /// The preset as it should be.
        after: Preset,
    },
    /// Removes a preset; the store keeps it for undo.
    Delete {
        /// The key of the preset in its file.
        id: String,
        /// The name of the preset, for the sentence.
        name: String,
    },
}

impl PresetChange {
    /// The id of the preset it is about.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Create { preset } => &preset.id,
            Self::Edit { before, .. } => &before.id,
            Self::Delete { id, .. } => id,
        }
    }

    /// Says in one sentence what was done, with the name as it was stored.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Create { preset } => format!("Created the preset \"{}\".", strip(&preset.name)),
            Self::Edit { before, after }
                if after.name != before.name
                    && *after == (Preset { name: after.name.clone(), ..before.clone() }) =>
            {
                format!("Renamed the preset to \"{}\".", strip(&after.name))
            }
            Self::Edit { after, .. } => format!("Changed the preset \"{}\".", strip(&after.name)),
            Self::Delete { name, .. } => format!("Deleted the preset \"{name}\"."),
        }
    }

    /// Finds every fault of the change.
    #[must_use]
    pub fn faults(&self, rules: PresetRules) -> Vec<PresetFault> {
        if self.id() == DEFAULT_PRESET {
            return vec![PresetFault::DefaultPreset];
        }
        match self {
            Self::Delete { .. } => Vec::new(),
            Self::Create { preset } => preset.faults(rules),
            Self::Edit { before, after } => {
                let mut faults = after.faults(rules);
                // A fault in another field must not prevent, for example, a new name.
                faults.retain(|fault| fault.is_about_change(before, after));
                faults
            }
        }
    }
}

/// Copies to `current` the fields in which `before` and `after` differ.
#[must_use]
pub fn apply_edit(current: &Preset, before: &Preset, after: &Preset) -> Preset {
    let mut new = current.clone();
    if before.name != after.name {
        new.name.clone_from(&after.name);
    }
    if before.instructions != after.instructions {
        new.instructions.clone_from(&after.instructions);
    }
    if before.model != after.model {
        new.model.clone_from(&after.model);
    }
    if before.effort != after.effort {
        new.effort.clone_from(&after.effort);
    }
    if before.tools != after.tools {
        new.tools.clone_from(&after.tools);
    }
    new
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preset(name: &str, model: Option<&str>) -> Preset {
        Preset {
            id: "a".into(),
            name: name.into(),
            instructions: Some("Do.".into()),
            model: model.map(str::to_owned),
            ..Preset::default()
        }
    }

    #[test]
    fn an_edit_leaves_fields_that_were_changed_meanwhile() {
        let (before, after) = (preset("A", None), preset("B", None));
        let theirs = preset("A", Some("m"));
        assert_eq!(apply_edit(&theirs, &before, &after), preset("B", Some("m")));
    }

    #[test]
    fn only_fields_an_edit_changes_are_checked() {
        let odd = preset("A", Some("o4-mini"));
        let renamed = Preset { name: "B".into(), ..odd.clone() };
        let edit = |after: Preset| PresetChange::Edit { before: odd.clone(), after };
        assert_eq!(edit(renamed).faults(PresetRules::Web), []);
        let other = Preset { model: Some("gpt-4".into()), ..odd.clone() };
        assert_eq!(edit(other).faults(PresetRules::Web), [PresetFault::UnknownModel]);
        let delete = PresetChange::Delete { id: DEFAULT_PRESET.into(), name: String::new() };
        assert_eq!(delete.faults(PresetRules::Own), [PresetFault::DefaultPreset]);
    }
}
