//! What is done to presets: one is made, changed or removed; on a list as in a file.
//! May not know where presets are kept.

use serde::{Deserialize, Serialize};

use super::Preset;
use super::preset::{DEFAULT_PRESET, PresetFault, PresetRules};

/// One thing done to presets.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PresetChange {
    /// A new one, behind the others.
    Create {
        /// The preset; its id is nobody else's.
        preset: Preset,
    },
    /// One is changed: the fields in which the two differ.
    Edit {
        /// As it was when the change was thought of.
        before: Preset,
        /// As it should be.
        after: Preset,
    },
    /// One is removed.
    Delete {
        /// Its id.
        id: String,
        /// Its name, for people.
        name: String,
    },
}

impl PresetChange {
    /// The preset it is about.
    #[must_use]
    pub fn id(&self) -> &str {
        match self {
            Self::Create { preset } => &preset.id,
            Self::Edit { before, .. } => &before.id,
            Self::Delete { id, .. } => id,
        }
    }

    /// What was done, in a sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Create { preset } => format!("Created the preset \"{}\".", preset.name),
            Self::Edit { after, .. } => format!("Changed the preset \"{}\".", after.name),
            Self::Delete { name, .. } => format!("Deleted the preset \"{name}\"."),
        }
    }

    /// Does it to a list.
    pub fn apply(&self, presets: &mut Vec<Preset>) {
        match self {
            Self::Create { preset } => {
                if presets.iter().all(|it| it.id != preset.id) {
                    presets.push(preset.clone());
                }
            }
            Self::Edit { before, after } => {
                if let Some(known) = presets.iter_mut().find(|it| it.id == before.id) {
                    *known = apply_edit(known, before, after);
                }
            }
            Self::Delete { id, .. } => presets.retain(|it| it.id != *id),
        }
    }

    /// Everything that speaks against it.
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
                // What was taken before is taken again: only what changes is judged.
                faults.retain(|fault| fault.is_about_change(before, after));
                faults
            }
        }
    }
}

/// A preset with the fields in which two others differ.
#[must_use]
pub fn apply_edit(known: &Preset, before: &Preset, after: &Preset) -> Preset {
    let mut new = known.clone();
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

/// What an edit would be today: only fields that are as they were before it. Anything else is
/// somebody's later choice.
#[must_use]
pub fn remaining_edit(known: &Preset, before: &Preset, after: &Preset) -> Preset {
    let mut wanted = after.clone();
    if known.name != before.name {
        wanted.name.clone_from(&before.name);
    }
    if known.instructions != before.instructions {
        wanted.instructions.clone_from(&before.instructions);
    }
    if known.model != before.model {
        wanted.model.clone_from(&before.model);
    }
    if known.effort != before.effort {
        wanted.effort.clone_from(&before.effort);
    }
    if known.tools != before.tools {
        wanted.tools.clone_from(&before.tools);
    }
    apply_edit(known, before, &wanted)
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
    fn an_edit_changes_its_own_fields_and_leaves_what_somebody_else_changed_meanwhile() {
        let (before, after) = (preset("A", None), preset("B", None));
        let theirs = preset("A", Some("m"));
        assert_eq!(apply_edit(&theirs, &before, &after), preset("B", Some("m")));
        assert_eq!(remaining_edit(&theirs, &before, &after), preset("B", Some("m")));
        // Done already, or chosen otherwise since.
        assert_eq!(remaining_edit(&after, &before, &after), after);
        assert_eq!(remaining_edit(&preset("C", None), &before, &after), preset("C", None));
    }

    #[test]
    fn only_what_an_edit_changes_is_judged() {
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
