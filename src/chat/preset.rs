//! Presets: named instructions with the model, effort and tools that go with them.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::casefold::casefold;
use super::{Advice, AnswerOptions, Failure, FailureKind, title::is_python_space};

/// The id of the built-in preset, which cannot be changed. The web app's (bdc7763, 2026).
pub const DEFAULT_PRESET: &str = "default";

// The constants of the web app are those of hcorion/ai-multitool bdc7763, measured on 2026-11-29.
/// The models the web app accepts, in presets and in messages.
pub const WEB_MODELS: [&str; 7] =
    ["gpt-5.4", "gpt-5.3-codex", "gpt-5.2", "gpt-5.1", "gpt-5", "gpt-5-mini", "gpt-5-pro"];
/// The reasoning efforts the web app's presets accept; without a preset, `none` is accepted as well.
pub const WEB_EFFORTS: [&str; 3] = ["high", "medium", "low"];
/// The reasoning efforts the Responses API knows (platform.openai.com/docs, 2026-11), least first.
pub const EFFORT_NAMES: [&str; 6] = ["none", "minimal", "low", "medium", "high", "xhigh"];
/// The model the web app gives a preset without one.
const WEB_MODEL: &str = "gpt-5.4";
/// The reasoning effort the web app gives a preset without one.
const WEB_EFFORT: &str = "medium";
/// The tools the web app gives a preset without any.
const WEB_TOOLS: [&str; 2] = ["web_search", "calculator"];

/// A named set of answer options.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Preset {
    /// The key in the presets file, which messages of the shared file refer to.
    pub id: String,
    /// The name people see; hostile like every text of a file, and not necessarily unique.
    pub name: String,
    /// The instructions; `None` uses those of the settings.
    pub instructions: Option<String>,
    /// The model; `None` leaves the current one.
    pub model: Option<String>,
    /// The reasoning effort; `None` leaves the current one.
    pub effort: Option<String>,
    /// The tools in the order of their declarations; `None` leaves the current ones.
    pub tools: Option<Vec<String>>,
}

/// The presets with the rules they must follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresetList {
    /// The built-in preset, then those of the file in its order.
    pub presets: Vec<Preset>,
    /// The records of the file that the web app does not accept.
    pub problems: Vec<PresetProblem>,
    /// The rules for changes.
    pub rules: PresetRules,
    /// The instructions of the settings, which a preset without instructions uses.
    pub default_instructions: String,
}

/// A record of the presets file that the web app does not accept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PresetProblem {
    /// The key in the presets file.
    pub id: String,
    /// What is wrong, as the second half of a sentence.
    pub reason: String,
    /// What the web app does with it.
    pub effect: PresetProblemEffect,
}

/// What the web app does with a record it does not accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PresetProblemEffect {
    /// It does not list the record, and its next save of any preset deletes it.
    Deleted,
    /// It does not list the record, but leaves it in the file.
    Hidden,
    /// The same, because of the key, which only the user can change.
    Replaced,
    /// It lists the record, but the browser cannot open it.
    NotOpened,
    /// It cannot save any preset while the record exists.
    BlocksSaving,
    /// It lists the record, but with its own default tools.
    OtherTools,
}

impl PresetProblem {
    /// Effect and reason in one sentence.
    #[must_use]
    pub fn sentence(&self) -> String {
        let effect = match self.effect {
            PresetProblemEffect::Deleted => {
                "The web app hides this preset and deletes it with its next save"
            }
            PresetProblemEffect::Hidden | PresetProblemEffect::Replaced => {
                "The web app hides this preset"
            }
            PresetProblemEffect::NotOpened => "The browser lists this preset but cannot open it",
            PresetProblemEffect::BlocksSaving => {
                "The web app cannot save any preset because of this one"
            }
            PresetProblemEffect::OtherTools => "The web app gives this preset its default tools",
        };
        format!("{effect}: {}.", self.reason)
    }

    /// Tells whether a repair changes the record.
    #[must_use]
    pub fn is_repairable(&self) -> bool {
        self.effect != PresetProblemEffect::Replaced
    }
}

/// Why a preset cannot be saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PresetFault {
    /// The name is blank.
    EmptyName,
    /// The instructions are blank.
    NoInstructions,
    /// The web app does not know the model.
    UnknownModel,
    /// The web app does not know the effort.
    UnknownEffort,
    /// The web app needs at least one tool.
    NoTools,
    /// The default preset cannot be changed.
    DefaultPreset,
}

impl PresetFault {
    /// Says why the preset cannot be saved, and which values are possible.
    #[must_use]
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::EmptyName => "A preset needs a name.",
            Self::NoInstructions => "A preset needs instructions.",
            Self::UnknownModel => {
                "The web app does not know this model and would hide the preset. It knows \
                 gpt-5.4, gpt-5.3-codex, gpt-5.2, gpt-5.1, gpt-5, gpt-5-mini and gpt-5-pro."
            }
            Self::UnknownEffort => "The web app knows the efforts high, medium and low.",
            Self::NoTools => {
                "The web app needs at least one tool in a preset: web_search or calculator."
            }
            Self::DefaultPreset => {
                "The default preset cannot be changed. Duplicate it and change the copy."
            }
        }
    }

    /// Tells whether the fault is about a field in which two presets differ.
    #[must_use]
    pub fn is_about_change(self, before: &Preset, after: &Preset) -> bool {
        match self {
            Self::EmptyName => before.name != after.name,
            Self::NoInstructions => before.instructions != after.instructions,
            Self::UnknownModel => before.model != after.model,
            Self::UnknownEffort => before.effort != after.effort,
            Self::NoTools => before.tools != after.tools,
            Self::DefaultPreset => true,
        }
    }
}

/// The rules a preset must follow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PresetRules {
    /// Only duologue's rules: the preset is in duologue's own file.
    Own,
    /// Also the web app's rules: the preset is in the web app's file.
    Web,
}

impl PresetList {
    /// Finds the problem the web app has with a preset.
    #[must_use]
    pub fn problem_of(&self, id: &str) -> Option<&PresetProblem> {
        // The built-in preset is not in the file; a record with its id is hidden behind it.
        self.problems.iter().find(|problem| problem.id == id && id != DEFAULT_PRESET)
    }
}

impl Preset {
    /// Creates the default preset. Among the web app's presets it has the web app's model, effort and
    /// tools; its instructions are always those of the settings.
    #[must_use]
    pub fn default_preset(rules: PresetRules) -> Self {
        let (id, name) = (DEFAULT_PRESET.to_owned(), "Default Assistant".to_owned());
        Self { id, name, ..Self::default() }.with_defaults(rules)
    }

    /// Copies the preset under another id and name; a copy without instructions gets
    /// `default_instructions`.
    #[must_use]
    pub fn copy_as(&self, id: String, name: String, default_instructions: &str) -> Self {
        let own = self.instructions.clone();
        let instructions = own.or_else(|| Some(default_instructions.to_owned()));
        Self { id, name, instructions, ..self.clone() }
    }

    /// Fills in the fields that the web app fills in.
    #[must_use]
    pub fn with_defaults(mut self, rules: PresetRules) -> Self {
        if rules == PresetRules::Web {
            self.model.get_or_insert_with(|| WEB_MODEL.to_owned());
            self.effort.get_or_insert_with(|| WEB_EFFORT.to_owned());
            self.tools.get_or_insert_with(|| WEB_TOOLS.map(str::to_owned).to_vec());
        }
        self
    }

    /// Returns the preset as it is stored: name and instructions stripped as Python strips them, no
    /// tool twice, and the fields that the web app fills in.
    #[must_use]
    pub fn normalized(mut self, rules: PresetRules) -> Self {
        self.name = strip(&self.name);
        self.instructions = self.instructions.as_deref().map(strip);
        if let Some(tools) = &mut self.tools {
            let mut seen = Vec::new();
            tools.retain(|tool| {
                !seen.contains(tool) && {
                    seen.push(tool.clone());
                    true
                }
            });
        }
        self.with_defaults(rules)
    }

    /// Finds every fault of the preset.
    #[must_use]
    pub fn faults(&self, rules: PresetRules) -> Vec<PresetFault> {
        if self.id == DEFAULT_PRESET {
            return vec![PresetFault::DefaultPreset];
        }
        let is_web = rules == PresetRules::Web;
        let is_unknown = |value: &Option<String>, known: &[&str]| {
            is_web && value.as_deref().is_some_and(|value| !known.contains(&value))
        };
        let instructions = self.instructions.as_deref().map(strip).unwrap_or_default();
        let checks = [
            (strip(&self.name).is_empty(), PresetFault::EmptyName),
            (instructions.is_empty(), PresetFault::NoInstructions),
            (is_unknown(&self.model, &WEB_MODELS), PresetFault::UnknownModel),
            (is_unknown(&self.effort, &WEB_EFFORTS), PresetFault::UnknownEffort),
            (is_web && self.tools.as_ref().is_some_and(Vec::is_empty), PresetFault::NoTools),
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

/// Strips a text as Python does.
pub(super) fn strip(text: &str) -> String {
    text.trim_matches(is_python_space).to_owned()
}

/// Why a word does not name exactly one preset.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PresetLookupError {
    /// No preset matches this word.
    #[error("There is no preset \"{0}\".")]
    NotFound(String),
    /// Several match; holds the word and their ids.
    #[error("More than one preset fits \"{0}\". Name one by its id: {ids}.", ids = .1.join(", "))]
    Ambiguous(String, Vec<String>),
}

impl PresetLookupError {
    /// The sentence, and what to do.
    #[must_use]
    pub fn to_failure(&self) -> Failure {
        let advice = match self {
            Self::NotFound(_) => Advice::ListPresets,
            Self::Ambiguous(..) => Advice::None,
        };
        Failure::new(FailureKind::Other, self.to_string(), advice)
    }
}

/// Finds a preset by its id, by its name, or by a prefix of either, ignoring case. The closest match
/// counts.
///
/// # Errors
/// When none matches, or several match equally well.
pub fn find_by_name<'a>(
    presets: &'a [Preset],
    wanted: &str,
) -> Result<&'a Preset, PresetLookupError> {
    let (exact, folded) = (wanted.trim(), casefold(wanted.trim()));
    let is_named = |preset: &Preset| preset.name.trim() == exact;
    let is_named_folded = |preset: &Preset| casefold(preset.name.trim()) == folded;
    let begins = |text: &str| !folded.is_empty() && casefold(text).starts_with(&folded);
    let ways: [&dyn Fn(&Preset) -> bool; 4] =
        [&|preset| casefold(&preset.id) == folded, &is_named, &is_named_folded, &|preset| {
            begins(&preset.name) || begins(&preset.id)
        }];
    for fits in ways {
        let matches: Vec<&Preset> = presets.iter().filter(|preset| fits(preset)).collect();
        match matches.as_slice() {
            [] => {}
            [one] => return Ok(one),
            several => {
                let ids = several.iter().map(|preset| preset.id.clone()).collect();
                return Err(PresetLookupError::Ambiguous(wanted.to_owned(), ids));
            }
        }
    }
    Err(PresetLookupError::NotFound(wanted.to_owned()))
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
        let mut odd = preset("a", "A");
        assert_eq!(odd.faults(PresetRules::Web), []);
        odd.model = Some("o4-mini".into());
        odd.effort = Some("none".into());
        odd.tools = Some(Vec::new());
        assert_eq!(
            odd.faults(PresetRules::Web),
            [PresetFault::UnknownModel, PresetFault::UnknownEffort, PresetFault::NoTools]
        );
        assert_eq!(odd.faults(PresetRules::Own), []);
        assert_eq!(preset("a", "\u{a0}\u{1f}").faults(PresetRules::Own), [PresetFault::EmptyName]);
        let none = Preset { instructions: Some(" ".into()), ..preset("a", "A") };
        assert_eq!(none.faults(PresetRules::Own), [PresetFault::NoInstructions]);
        let built_in = Preset::default_preset(PresetRules::Own);
        assert_eq!(built_in.faults(PresetRules::Own), [PresetFault::DefaultPreset]);
    }

    #[test]
    fn a_preset_is_found_by_id_name_or_prefix_and_two_that_match_are_both_named() {
        let all = [
            preset("1f", "Code Reviewer"),
            preset("2f", "Coder"),
            preset("3f", "Cook"),
            preset("4f", "cook"),
        ];
        let id = |wanted: &str| find_by_name(&all, wanted).map(|preset| preset.id.clone());
        let cases = [("2f", "2f"), ("coder", "2f"), ("code r", "1f"), ("cook", "4f"), ("3", "3f")];
        for (wanted, one) in cases {
            assert_eq!(id(wanted).as_deref(), Ok(one));
        }
        let both = |wanted: &str| {
            Err(PresetLookupError::Ambiguous(wanted.into(), vec!["3f".into(), "4f".into()]))
        };
        assert_eq!((id("COOK"), id("coo")), (both("COOK"), both("coo")));
        for wanted in ["", "x"] {
            assert_eq!(id(wanted), Err(PresetLookupError::NotFound(wanted.into())));
        }
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
