//! `duologue presets`: lists, creates, changes, copies and deletes presets.

// These comments are the help texts, shown verbatim.
#![allow(clippy::doc_markdown)]

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::chat::casefold::casefold;
use crate::chat::preset::{
    DEFAULT_PRESET, PresetFault, PresetProblem, PresetRules, WEB_EFFORTS, find_by_name,
};
use crate::chat::{Preset, PresetChange, PresetList, count};
use crate::runtime::clock;
use crate::settings::{Settings, check_effort, suggestion};
use crate::store::{PresetError, PresetFile};
use crate::view::clean;

use super::common_args::CommonArgs;
use super::error::CliError;
use super::output::{self, OutputFormat};
use super::stdin;

#[derive(Debug, Args)]
pub(super) struct PresetsArgs {
    #[command(subcommand)]
    what: Option<PresetCommand>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum PresetCommand {
    /// Create a preset.
    Create {
        /// The name.
        name: String,
        #[command(flatten)]
        fields: PresetFields,
    },
    /// Change a preset; fields that are not given stay.
    Edit {
        /// The preset: an id, a name or the start of one.
        preset: String,
        /// The new name.
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        fields: PresetFields,
    },
    /// Rename a preset.
    Rename {
        /// The preset: an id, a name or the start of one.
        preset: String,
        /// The new name.
        name: String,
    },
    /// Duplicate a preset.
    Duplicate {
        /// The preset: an id, a name or the start of one.
        preset: String,
        /// The name of the copy.
        name: String,
    },
    /// Delete a preset; `presets undo` restores it for 30 days.
    Delete {
        /// The preset: an id, a name or the start of one.
        preset: String,
    },
    /// Undo the last change or deletion of a preset.
    Undo,
}

#[derive(Debug, Args)]
struct PresetFields {
    /// The instructions; "-" reads standard input.
    #[arg(long, value_name = "TEXT")]
    instructions: Option<String>,
    /// The reasoning effort: none, minimal, low, medium, high or xhigh (the web app knows low, medium
    /// and high); "" for the default.
    #[arg(long, value_name = "LEVEL")]
    effort: Option<String>,
    /// The model, as with --model; "" for the default.
    #[arg(long, value_name = "NAME")]
    ask_model: Option<String>,
    /// The tools, separated by commas: calculator, web_search, an MCP server, or one of its tools as
    /// server/tool; "" for none, which the web app does not know.
    #[arg(long, value_name = "TOOLS")]
    tools: Option<String>,
}

/// Lists the presets or changes one.
pub(super) fn run(
    settings: &Settings,
    args: &PresetsArgs,
    common: &CommonArgs,
) -> Result<(), CliError> {
    let file = PresetFile::of(settings);
    let list = file.load()?;
    let Some(what) = &args.what else {
        return print(&file, &list, OutputFormat::of(args.json));
    };
    let model = common.settings.text("model");
    let Some(change) = build_change(settings, what, &list, model.as_deref())? else {
        return super::undo::report(&file.undo(clock::now())?);
    };
    let done = file.change(&change, clock::now())?;
    output::print_message(&format!("{done} {}", next_step(&change, &file)));
    if let Some(warning) = namesake_warning(&change, &list) {
        output::print_message(&warning);
    }
    Ok(())
}

/// The change a command makes to the presets; `None` for undo. `model` is what `--model` says.
fn build_change(
    settings: &Settings,
    command: &PresetCommand,
    list: &PresetList,
    model: Option<&str>,
) -> Result<Option<PresetChange>, CliError> {
    let find =
        |wanted: &str| find_by_name(&list.presets, wanted).cloned().map_err(PresetError::from);
    let new_id = || uuid::Uuid::new_v4().to_string();
    Ok(Some(match command {
        PresetCommand::Create { name, fields } => {
            let preset = Preset { id: new_id(), name: name.clone(), ..Preset::default() };
            PresetChange::Create { preset: fields.apply_to(settings, preset, list.rules, model)? }
        }
        PresetCommand::Edit { preset, name, fields } => {
            let before = find(preset)?;
            let mut after = before.clone();
            after.name = name.clone().unwrap_or(after.name);
            let after = fields.apply_to(settings, after, list.rules, model)?;
            PresetChange::Edit { after, before }
        }
        PresetCommand::Rename { preset, name } => {
            let before = find(preset)?;
            PresetChange::Edit { after: Preset { name: name.clone(), ..before.clone() }, before }
        }
        PresetCommand::Duplicate { preset, name } => {
            let copy = find(preset)?.copy_as(new_id(), name.clone(), &list.default_instructions);
            PresetChange::Create { preset: copy }
        }
        PresetCommand::Delete { preset } => {
            let Preset { id, name, .. } = find(preset)?;
            PresetChange::Delete { id, name }
        }
        PresetCommand::Undo => return Ok(None),
    }))
}

/// The sentence after a change: where the preset is, or how to undo.
fn next_step(change: &PresetChange, file: &PresetFile) -> String {
    match change {
        PresetChange::Create { .. } | PresetChange::Edit { .. } => {
            format!("The presets are in {}.", file.path().display())
        }
        PresetChange::Delete { .. } => "`duologue presets undo` restores it.".to_owned(),
    }
}

/// How to tell a preset from others of its name, which the web app allows; `None` where it has the name
/// for itself, or has had to share it before.
fn namesake_warning(change: &PresetChange, before: &PresetList) -> Option<String> {
    let preset = match change {
        PresetChange::Create { preset } => preset,
        PresetChange::Edit { after, before } if after.name != before.name => after,
        PresetChange::Edit { .. } | PresetChange::Delete { .. } => return None,
    };
    let others = namesakes(preset, before).count();
    (others > 0).then(|| {
        let (name, id) = (clean::line(&preset.name), &preset.id);
        format!(
            "{} are named \"{name}\" now, so name this one by its id {id}, or give it another name: \
             `duologue presets rename {id} NAME`.",
            count::phrase(others.saturating_add(1), "preset")
        )
    })
}

impl PresetFields {
    /// Sets the fields that were given; an empty effort or model removes it.
    fn apply_to(
        &self,
        settings: &Settings,
        mut preset: Preset,
        rules: PresetRules,
        model: Option<&str>,
    ) -> Result<Preset, CliError> {
        match self.instructions.as_deref() {
            Some("-") => {
                preset.instructions = Some(stdin::read_text()?.trim_end().to_owned());
            }
            Some(text) => preset.instructions = Some(text.to_owned()),
            None => {}
        }
        if let Some(effort) = self.effort.as_deref().map(str::trim) {
            if preset.effort.as_deref() != Some(effort) {
                check_preset_effort(effort, rules, settings)?;
            }
            preset.effort = Some(effort.to_owned()).filter(|it| !it.is_empty());
        }
        if model.is_some() && self.ask_model.is_some() {
            return Err(CliError::usage("Leave out --model or --ask-model: both name the model."));
        }
        if let Some(model) = model.or(self.ask_model.as_deref()).map(str::trim) {
            preset.model = Some(model.to_owned()).filter(|it| !it.is_empty());
        }
        if let Some(tools) = &self.tools {
            let names = tools.split(',').map(str::trim).filter(|name| !name.is_empty());
            let names: Vec<String> = names.map(str::to_owned).collect();
            // The web app accepts any name, so a preset may have tools that do not exist.
            let stored = preset.tools.unwrap_or_default();
            for name in names.iter().filter(|name| !stored.contains(name)) {
                settings.check_tool_name(name).map_err(CliError::usage)?;
            }
            preset.tools = Some(names);
        }
        Ok(preset)
    }
}

/// Refuses an effort that the readers of the presets do not know; an empty one removes it.
fn check_preset_effort(
    effort: &str,
    rules: PresetRules,
    settings: &Settings,
) -> Result<(), CliError> {
    match rules {
        _ if effort.is_empty() => Ok(()),
        PresetRules::Own => {
            check_effort(effort, &settings.base_url.host()).map_err(CliError::usage)
        }
        PresetRules::Web if WEB_EFFORTS.contains(&effort) => Ok(()),
        PresetRules::Web => {
            let hint = suggestion(effort, WEB_EFFORTS);
            Err(CliError::usage(format!("{}{hint}", PresetFault::UnknownEffort.sentence())))
        }
    }
}

fn print(file: &PresetFile, list: &PresetList, format: OutputFormat) -> Result<(), CliError> {
    if format == OutputFormat::Json {
        let presets: Vec<Value> = list.presets.iter().map(as_json).collect();
        let path = file.path().display().to_string();
        let problems: Vec<Value> = list.problems.iter().map(problem_json).collect();
        return output::write_json(&json!({
            "presets": presets, "problems": problems, "file": path,
        }));
    }
    let mut text = String::new();
    for preset in &list.presets {
        let mut about: Vec<String> = Vec::new();
        // The web app allows several presets of a name, which only their ids tell apart.
        let has_namesake = namesakes(preset, list).next().is_some();
        about.extend(has_namesake.then(|| format!("id {}", preset.id)));
        about.extend(preset.model.clone());
        about.extend(preset.effort.as_ref().map(|effort| format!("effort {effort}")));
        about.extend(preset.tools.as_ref().map(|tools| match tools.as_slice() {
            [] => "no tools".to_owned(),
            tools => tools.join(", "),
        }));
        let instructions = preset.instructions.as_ref().unwrap_or(&list.default_instructions);
        let first = instructions.lines().next().unwrap_or_default();
        let about =
            if about.is_empty() { String::new() } else { format!(" ({})", about.join("; ")) };
        text.push_str(&clean::line(&format!("{}{about}: {first}", preset.name)));
        text.push('\n');
        if let Some(problem) = list.problem_of(&preset.id) {
            text.push_str(&format!("  {}\n", clean::line(&problem.sentence())));
        }
    }
    let is_listed =
        |id: &str| list.presets.iter().any(|preset| preset.id == id && preset.id != DEFAULT_PRESET);
    for problem in list.problems.iter().filter(|problem| !is_listed(&problem.id)) {
        let line = format!("{}: {}", problem.id, problem.sentence());
        text.push_str(&format!("{}\n", clean::line(&line)));
    }
    output::write(&text)
}

/// The other presets of the same name, whatever its case.
fn namesakes<'a>(preset: &Preset, list: &'a PresetList) -> impl Iterator<Item = &'a Preset> {
    let folded = |preset: &Preset| casefold(preset.name.trim());
    let (id, wanted) = (preset.id.clone(), folded(preset));
    list.presets.iter().filter(move |other| other.id != id && folded(other) == wanted)
}

/// Describes for other programs what the web app does with a record it rejects, and why.
pub(super) fn problem_json(problem: &PresetProblem) -> Value {
    json!({ "id": problem.id, "reason": problem.sentence() })
}

/// The web app's names of the fields (agents.json of hcorion/ai-multitool, commit bdc7763, 2026).
fn as_json(preset: &Preset) -> Value {
    json!({
        "id": preset.id,
        "name": preset.name,
        "instructions": preset.instructions,
        "model": preset.model,
        "default_reasoning_level": preset.effort,
        "tools": preset.tools,
    })
}

impl From<PresetError> for CliError {
    fn from(error: PresetError) -> Self {
        match error {
            PresetError::Fault(PresetFault::NoInstructions) => Self::failed(format!(
                "{error} Use --instructions TEXT, or --instructions - to read them from standard input."
            )),
            PresetError::Fault(
                PresetFault::UnknownModel | PresetFault::UnknownEffort | PresetFault::NoTools,
            ) => Self::usage(error.to_string()),
            _ => error.to_failure().into(),
        }
    }
}
