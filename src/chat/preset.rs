//! A preset: instructions under a name, with the model, effort and tools that go with them.
//! May not know where it is kept.

use serde::{Deserialize, Serialize};

use super::AnswerOptions;

/// The id of the preset everybody has; it cannot be changed.
pub const DEFAULT_PRESET: &str = "default";

/// A preset.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Preset {
    /// Its id, as the shared file names it.
    pub id: String,
    /// Its name, for people; hostile like every text of a file.
    pub name: String,
    /// What the model is told; unset in the default one, which tells what the settings say.
    pub instructions: Option<String>,
    /// The model, where it names one.
    pub model: Option<String>,
    /// The effort, where it names one.
    pub effort: Option<String>,
    /// The tools, where it names them.
    pub tools: Option<Vec<String>>,
}

/// The presets there are, and what goes for them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresetList {
    /// The presets, the default one among them.
    pub presets: Vec<Preset>,
    /// Whose rules they keep.
    pub rules: PresetRules,
    /// What a preset without instructions tells: what the settings say.
    pub default_instructions: String,
}

/// Why a preset cannot be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PresetFault {
    /// The name is blank.
    EmptyName,
    /// Another one has the name.
    NameTaken,
    /// There are no instructions.
    NoInstructions,
    /// The web app does not know the model.
    UnknownModel,
    /// The web app does not know the effort.
    UnknownEffort,
    /// It is the default one.
    DefaultPreset,
}

impl PresetFault {
    /// The fault in one sentence with what to do.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::EmptyName => "A preset needs a name.",
            Self::NameTaken => "A preset with this name already exists.",
            Self::NoInstructions => "A preset needs instructions.",
            Self::UnknownModel => {
                "The web app does not know this model and would reject its presets. It knows \
                 gpt-5.4, gpt-5.3-codex, gpt-5.2, gpt-5.1, gpt-5, gpt-5-mini and gpt-5-pro."
            }
            Self::UnknownEffort => "The web app knows the efforts high, medium, low and none.",
            Self::DefaultPreset => {
                "The default preset cannot be changed. Duplicate it and change the copy."
            }
        }
    }

    /// Whether it is about something in which two presets differ.
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

/// Models every version of the web app with presets takes.
pub const WEB_MODELS: [&str; 7] =
    ["gpt-5.4", "gpt-5.3-codex", "gpt-5.2", "gpt-5.1", "gpt-5", "gpt-5-mini", "gpt-5-pro"];
/// Efforts it takes.
pub const WEB_EFFORTS: [&str; 4] = ["high", "medium", "low", "none"];

/// Whose rules a preset must keep.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PresetRules {
    /// Ours.
    Own,
    /// Ours and the web app's.
    Web,
}

impl Preset {
    /// The one everybody has.
    #[must_use]
    pub fn default_preset() -> Self {
        let (id, name) = (DEFAULT_PRESET.to_owned(), "Default Assistant".to_owned());
        Self { id, name, ..Self::default() }
    }

    /// A copy under another id and name. `usual` is what the default one tells.
    #[must_use]
    pub fn copy_as(&self, id: String, name: String, usual: &str) -> Self {
        let instructions = self.instructions.clone().or_else(|| Some(usual.to_owned()));
        Self { id, name, instructions, ..self.clone() }
    }

    /// Everything that speaks against keeping it among others.
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

    /// Asks questions by this preset; what it does not name stays as it is.
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

/// The preset a word means: an id, a name, or the start of one only one has, capitals or not.
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
    fn the_web_apps_rules_are_kept_in_its_file_and_only_there() {
        let mut it = preset("a", "A");
        assert_eq!(it.faults(&[], PresetRules::Web), []);
        it.model = Some("o4-mini".into());
        it.effort = Some("xhigh".into());
        assert_eq!(
            it.faults(&[], PresetRules::Web),
            [PresetFault::UnknownModel, PresetFault::UnknownEffort]
        );
        assert_eq!(it.faults(&[], PresetRules::Own), []);
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
    fn a_preset_is_found_by_id_name_or_a_beginning_only_it_has() {
        let all = [preset("1f", "Code Reviewer"), preset("2f", "Coder"), preset("3f", "Cook")];
        let id = |wanted: &str| find_by_name(&all, wanted).map(|it| it.id.as_str());
        assert_eq!(
            (id("2f"), id("coder"), id("coo"), id("co")),
            (Some("2f"), Some("2f"), Some("3f"), None)
        );
        assert_eq!((id(""), id("x")), (None, None));
    }

    #[test]
    fn what_a_preset_does_not_name_stays_as_it_is() {
        let mut options = AnswerOptions { effort: Some("low".into()), ..AnswerOptions::of("m") };
        Preset { tools: Some(vec!["calculator".into()]), ..preset("a", "A") }
            .apply_to(&mut options);
        assert_eq!((options.model.as_str(), options.effort.as_deref()), ("m", Some("low")));
        assert_eq!((options.preset.as_deref(), options.tools.len()), (Some("a"), 1));
    }
}
