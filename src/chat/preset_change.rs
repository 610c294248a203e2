//! Changes of presets: creating, editing and deleting, applied to a list in memory or in a file.

use serde::{Deserialize, Serialize};

use super::Preset;
use super::preset::{DEFAULT_PRESET, PresetFault, PresetRules};

/// One change of the presets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
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
    /// Removes a preset.
    Delete {
        /// The id of the preset.
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

    /// Says in one sentence what was done.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Create { preset } => format!("Made the preset \"{}\".", preset.name),
            Self::Edit { after, .. } => format!("Changed the preset \"{}\".", after.name),
            Self::Delete { name, .. } => format!("Removed the preset \"{name}\"."),
        }
    }

    /// Applies the change to a list.
    pub fn apply(&self, presets: &mut Vec<Preset>) {
        match self {
            Self::Create { preset } => {
                if presets.iter().all(|it| it.id != preset.id) {
                    presets.push(preset.clone());
                }
            }
            Self::Edit { before, after } => {
                if let Some(current) = presets.iter_mut().find(|it| it.id == before.id) {
                    *current = apply_edit(current, before, after);
                }
            }
            Self::Delete { id, .. } => presets.retain(|it| it.id != *id),
        }
    }

    /// Finds every fault of the change.
    #[must_use]
    pub fn faults(&self, presets: &[Preset], rules: PresetRules) -> Vec<PresetFault> {
        if self.id() == DEFAULT_PRESET {
            return vec![PresetFault::DefaultPreset];
        }
        match self {
            Self::Delete { .. } => Vec::new(),
            Self::Create { preset } => preset.faults(presets, rules),
            Self::Edit { before, after } => {
                let mut faults = after.faults(presets, rules);
                // Faults of unchanged fields were accepted before.
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

/// Applies an edit again to the fields that are as they were before it. Any other value is a later
/// choice of somebody's.
#[must_use]
pub fn remaining_edit(current: &Preset, before: &Preset, after: &Preset) -> Preset {
    let mut wanted = after.clone();
    if current.name != before.name {
        wanted.name.clone_from(&before.name);
    }
    if current.instructions != before.instructions {
        wanted.instructions.clone_from(&before.instructions);
    }
    if current.model != before.model {
        wanted.model.clone_from(&before.model);
    }
    if current.effort != before.effort {
        wanted.effort.clone_from(&before.effort);
    }
    if current.tools != before.tools {
        wanted.tools.clone_from(&before.tools);
    }
    apply_edit(current, before, &wanted)
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
    fn an_edit_leaves_fields_somebody_else_changed_meanwhile() {
        let (before, after) = (preset("A", None), preset("B", None));
        let theirs = preset("A", Some("m"));
        assert_eq!(apply_edit(&theirs, &before, &after), preset("B", Some("m")));
        assert_eq!(remaining_edit(&theirs, &before, &after), preset("B", Some("m")));
        // Applied already, or changed since.
        assert_eq!(remaining_edit(&after, &before, &after), after);
        assert_eq!(remaining_edit(&preset("C", None), &before, &after), preset("C", None));
    }

    #[test]
    fn only_fields_an_edit_changes_are_checked() {
        let odd = preset("A", Some("o4-mini"));
        let renamed = Preset { name: "B".into(), ..odd.clone() };
        let edit = |after: Preset| PresetChange::Edit { before: odd.clone(), after };
        let all = [odd.clone(), Preset { id: "b".into(), ..preset("Taken", None) }];
        assert_eq!(edit(renamed.clone()).faults(&all, PresetRules::Web), []);
        let other = Preset { model: Some("gpt-4".into()), ..odd.clone() };
        assert_eq!(edit(other).faults(&all, PresetRules::Web), [PresetFault::UnknownModel]);
        let taken = Preset { name: " taken ".into(), ..odd.clone() };
        assert_eq!(edit(taken).faults(&all, PresetRules::Web), [PresetFault::NameTaken]);
        let delete = PresetChange::Delete { id: DEFAULT_PRESET.into(), name: String::new() };
        assert_eq!(delete.faults(&all, PresetRules::Own), [PresetFault::DefaultPreset]);
    }
}
