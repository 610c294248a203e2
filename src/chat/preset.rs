//! Presets: named instructions with the model, effort and tools that go with them.

use serde::{Deserialize, Serialize};

use super::AnswerOptions;

/// The id of the built-in preset, which cannot be changed. The web app's (bdc7763, 2026).
pub const DEFAULT_PRESET: &str = "default";

/// A named set of answer options.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Preset {
    /// The id messages of the shared file refer to.
    pub id: String,
    /// The name people see; hostile like every text of a file.
    pub name: String,
    /// The instructions; `None` in the default preset, which uses those of the settings.
    pub instructions: Option<String>,
    /// The model; `None` leaves the current one.
    pub model: Option<String>,
    /// The reasoning effort; `None` leaves the current one.
    pub effort: Option<String>,
    /// The tools; `None` leaves the current ones.
    pub tools: Option<Vec<String>>,
}

/// The presets with the rules they must follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresetList {
    /// The presets, including the default one.
    pub presets: Vec<Preset>,
    /// The rules for changes.
    pub rules: PresetRules,
    /// The instructions of the settings, which a preset without instructions uses.
    pub default_instructions: String,
}

/// Why a preset cannot be saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PresetFault {
    /// The name is blank.
    EmptyName,
    /// Another preset has the name.
    NameTaken,
    /// The instructions are blank.
    NoInstructions,
    /// The web app does not know the model.
    UnknownModel,
    /// The web app does not know the effort.
    UnknownEffort,
    /// The default preset cannot be changed.
    DefaultPreset,
}

impl PresetFault {
    /// The fault in one sentence, with what to do.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::EmptyName => "A preset needs a name.",
            Self::NameTaken => "There is a preset with this name already.",
            Self::NoInstructions => "A preset needs instructions.",
            Self::UnknownModel => {
                "The web app does not know this model and would refuse its presets. It knows \
                 gpt-5.4, gpt-5.3-codex, gpt-5.2, gpt-5.1, gpt-5, gpt-5-mini and gpt-5-pro."
            }
            Self::UnknownEffort => "The web app knows the efforts high, medium, low and none.",
            Self::DefaultPreset => {
                "The default preset cannot be changed. Duplicate it and change the copy."
            }
        }
    }

    /// Tells whether the fault is about a field in which two presets differ.
    #[must_use]
    pub fn is_about_change(self, before: &Preset, after: &Preset) -> bool {
        match self {
            Self::EmptyName | Self::NameTaken => before.name != after.name,
            Self::NoInstructions => before.instructions != after.instructions,
            Self::UnknownModel => before.model != after.model,
            Self::UnknownEffort => before.effort != after.effort,
            Self::DefaultPreset => true,
        }
    }
}

/// The models the web app's presets accept (hcorion/ai-multitool bdc7763, 2026).
pub const WEB_MODELS: [&str; 7] =
    ["gpt-5.4", "gpt-5.3-codex", "gpt-5.2", "gpt-5.1", "gpt-5", "gpt-5-mini", "gpt-5-pro"];
/// The reasoning efforts the web app's presets accept (bdc7763, 2026).
pub const WEB_EFFORTS: [&str; 4] = ["high", "medium", "low", "none"];

/// The rules a preset must follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PresetRules {
    /// Only duologue's rules: the preset is in duologue's own file.
    Own,
    /// Also the web app's rules: the preset is in the web app's file.
    Web,
}

impl Preset {
    /// Creates the default preset.
    #[must_use]
    pub fn default_preset() -> Self {
        let (id, name) = (DEFAULT_PRESET.to_owned(), "Default Assistant".to_owned());
        Self { id, name, ..Self::default() }
    }

    /// Copies the preset under another id and name; a copy of the default one gets `default_instructions`.
    #[must_use]
    pub fn copy_as(&self, id: String, name: String, default_instructions: &str) -> Self {
        let instructions =
            self.instructions.clone().or_else(|| Some(default_instructions.to_owned()));
        Self { id, name, instructions, ..self.clone() }
    }

    /// Finds every fault of the preset among `others`.
    #[must_use]
    pub fn faults(&self, others: &[Self], rules: PresetRules) -> Vec<PresetFault> {
        if self.id == DEFAULT_PRESET {
            return vec![PresetFault::DefaultPreset];
        }
        let folded = |name: &str| name.trim().to_lowercase();
        let name = folded(&self.name);
        let taken = others.iter().any(|it| it.id != self.id && folded(&it.name) == name);
        let known = |value: &Option<String>, all: &[&str]| {
            rules == PresetRules::Own || value.as_deref().is_none_or(|it| all.contains(&it))
        };
        let checks = [
            (name.is_empty(), PresetFault::EmptyName),
            (taken, PresetFault::NameTaken),
            (
                self.instructions.as_deref().is_none_or(|it| it.trim().is_empty()),
                PresetFault::NoInstructions,
            ),
            (!known(&self.model, &WEB_MODELS), PresetFault::UnknownModel),
            (!known(&self.effort, &WEB_EFFORTS), PresetFault::UnknownEffort),
        ];
        checks.into_iter().filter(|(wrong, _)| *wrong).map(|(_, fault)| fault).collect()
    }

    /// Copies the fields the preset sets to the options.
    pub fn apply_to(&self, options: &mut AnswerOptions) {
        options.preset = Some(self.id.clone());
        options.instructions.clone_from(&self.instructions);
        if let Some(model) = &self.model {
            options.model.clone_from(model);
        }
        if let Some(effort) = &self.effort {
            options.effort = Some(effort.clone());
        }
        if let Some(tools) = &self.tools {
            options.tools.clone_from(tools);
        }
    }
}

/// Finds a preset by id, by name, or by an unambiguous prefix of either, ignoring case.
#[must_use]
pub fn find_by_name<'a>(presets: &'a [Preset], wanted: &str) -> Option<&'a Preset> {
    let wanted = wanted.trim().to_lowercase();
    let exact = presets
        .iter()
        .find(|it| it.id.to_lowercase() == wanted || it.name.trim().to_lowercase() == wanted);
    exact.or_else(|| {
        let mut begins = presets.iter().filter(|it| {
            !wanted.is_empty()
                && (it.name.to_lowercase().starts_with(&wanted)
                    || it.id.to_lowercase().starts_with(&wanted))
        });
        begins.next().filter(|_| begins.next().is_none())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn preset(id: &str, name: &str) -> Preset {
        let instructions = Some("Be brief.".to_owned());
        Preset { id: id.into(), name: name.into(), instructions, ..Preset::default() }
    }

    #[test]
    fn the_web_apps_rules_apply_only_to_presets_in_its_file() {
        let mut edited = preset("a", "A");
        assert_eq!(edited.faults(&[], PresetRules::Web), []);
        edited.model = Some("o4-mini".into());
        edited.effort = Some("xhigh".into());
        assert_eq!(
            edited.faults(&[], PresetRules::Web),
            [PresetFault::UnknownModel, PresetFault::UnknownEffort]
        );
        assert_eq!(edited.faults(&[], PresetRules::Own), []);
        assert_eq!(preset("a", "  ").faults(&[], PresetRules::Own), [PresetFault::EmptyName]);
        let none = Preset { instructions: Some(" ".into()), ..preset("a", "A") };
        assert_eq!(none.faults(&[], PresetRules::Own), [PresetFault::NoInstructions]);
        assert_eq!(
            Preset::default_preset().faults(&[], PresetRules::Own),
            [PresetFault::DefaultPreset]
        );
        let others = [preset("b", "Poet"), preset("a", "poet")];
        assert_eq!(
            preset("a", "poet ").faults(&others, PresetRules::Own),
            [PresetFault::NameTaken]
        );
    }

    #[test]
    fn a_preset_is_found_by_id_name_or_unambiguous_prefix() {
        let all = [preset("1f", "Code Reviewer"), preset("2f", "Coder"), preset("3f", "Cook")];
        let id = |wanted: &str| find_by_name(&all, wanted).map(|it| it.id.as_str());
        assert_eq!(
            (id("2f"), id("coder"), id("coo"), id("co")),
            (Some("2f"), Some("2f"), Some("3f"), None)
        );
        assert_eq!((id(""), id("x")), (None, None));
    }

    #[test]
    fn options_a_preset_does_not_set_stay_unchanged() {
        let mut options = AnswerOptions { effort: Some("low".into()), ..AnswerOptions::of("m") };
        Preset { tools: Some(vec!["calculator".into()]), ..preset("a", "A") }
            .apply_to(&mut options);
        assert_eq!((options.model.as_str(), options.effort.as_deref()), ("m", Some("low")));
        assert_eq!((options.preset.as_deref(), options.tools.len()), (Some("a"), 1));
    }
}
