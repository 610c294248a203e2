//! `duologue presets`: instructions under a name, listed, made, changed, copied and removed.
//! May not ask a question.

// These comments are the help texts, shown as they stand.
#![allow(clippy::doc_markdown)]

use std::io::Read;

use clap::{Args, Subcommand};
use serde_json::{Value, json};

use crate::chat::Preset;
use crate::chat::preset::named;
use crate::runtime::clock;
use crate::settings::Settings;
use crate::store::{PresetError, PresetFile};
use crate::view::clean;

use super::list::Form;
use super::output;
use super::problem::Problem;

/// The words of the command.
#[derive(Debug, Args)]
pub struct PresetsArgs {
    #[command(subcommand)]
    what: Option<What>,
    /// Print JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Make a preset.
    Create {
        /// Its name.
        name: String,
        #[command(flatten)]
        fields: Fields,
    },
    /// Change a preset; what is not named stays.
    Edit {
        /// An id, a name or the start of one.
        preset: String,
        /// Another name.
        #[arg(long)]
        name: Option<String>,
        #[command(flatten)]
        fields: Fields,
    },
    /// Make a copy of a preset.
    Duplicate {
        /// An id, a name or the start of one.
        preset: String,
        /// The name of the copy.
        name: String,
    },
    /// Remove a preset.
    Delete {
        /// An id, a name or the start of one.
        preset: String,
    },
}

#[derive(Debug, Args)]
struct Fields {
    /// What the model is told; "-" reads standard input.
    #[arg(long, value_name = "TEXT")]
    instructions: Option<String>,
    /// The reasoning effort.
    #[arg(long, value_name = "LEVEL")]
    effort: Option<String>,
    /// The model the preset asks.
    #[arg(long, value_name = "NAME")]
    ask_model: Option<String>,
    /// The tools, with commas between: calculator, web_search; "" for none.
    #[arg(long, value_name = "TOOLS")]
    tools: Option<String>,
}

/// Does what the words say.
///
/// # Errors
/// When there is no such preset, it breaks the rules, or the file cannot be read or changed.
pub fn run(settings: &Settings, args: &PresetsArgs) -> Result<(), Problem> {
    let file = PresetFile::of(settings);
    let all = file.list()?;
    let Some(what) = &args.what else {
        return print(&file, &all, Form::of(args.json), settings);
    };
    let find = |wanted: &str| {
        named(&all, wanted).cloned().ok_or_else(|| PresetError::Unknown(wanted.to_owned()))
    };
    let fresh = || uuid::Uuid::new_v4().to_string();
    let preset = match what {
        What::Create { name, fields } => {
            fields.put(Preset { id: fresh(), name: name.clone(), ..Preset::default() })?
        }
        What::Edit { preset, name, fields } => {
            let mut known = find(preset)?;
            if let Some(name) = name {
                known.name.clone_from(name);
            }
            fields.put(known)?
        }
        What::Duplicate { preset, name } => {
            let known = find(preset)?;
            let instructions = known.instructions.clone();
            let instructions = instructions.or_else(|| Some(settings.instructions.clone()));
            Preset { id: fresh(), name: name.clone(), instructions, ..known }
        }
        What::Delete { preset } => {
            let known = find(preset)?;
            file.remove(&known.id)?;
            output::say(&format!("Removed \"{}\".", known.name));
            return Ok(());
        }
    };
    file.keep(&preset, clock::now())?;
    output::say(&format!("Kept \"{}\" in {}.", preset.name, file.path().display()));
    Ok(())
}

impl Fields {
    /// The preset with what was named.
    fn put(&self, mut preset: Preset) -> Result<Preset, Problem> {
        match self.instructions.as_deref() {
            Some("-") => {
                let mut text = String::new();
                std::io::stdin().read_to_string(&mut text).map_err(|error| {
                    Problem::failed(format!("Standard input cannot be read: {error}."))
                })?;
                preset.instructions = Some(text.trim_end().to_owned());
            }
            Some(text) => preset.instructions = Some(text.to_owned()),
            None => {}
        }
        preset.effort = self.effort.clone().or(preset.effort);
        preset.model = self.ask_model.clone().or(preset.model);
        if let Some(tools) = &self.tools {
            let names = tools.split(',').map(str::trim).filter(|name| !name.is_empty());
            preset.tools = Some(names.map(str::to_owned).collect());
        }
        Ok(preset)
    }
}

fn print(
    file: &PresetFile,
    all: &[Preset],
    form: Form,
    settings: &Settings,
) -> Result<(), Problem> {
    if form == Form::Json {
        let presets: Vec<Value> = all.iter().map(as_json).collect();
        let path = file.path().display().to_string();
        return output::write_json(&json!({ "presets": presets, "file": path }));
    }
    let mut text = String::new();
    for preset in all {
        let mut about: Vec<String> = Vec::new();
        about.extend(preset.model.clone());
        about.extend(preset.effort.as_ref().map(|effort| format!("effort {effort}")));
        about.extend(preset.tools.as_ref().map(|tools| match tools.as_slice() {
            [] => "no tools".to_owned(),
            tools => tools.join(", "),
        }));
        let instructions = preset.instructions.as_ref().unwrap_or(&settings.instructions);
        let first = instructions.lines().next().unwrap_or_default();
        let about =
            if about.is_empty() { String::new() } else { format!(" ({})", about.join("; ")) };
        text.push_str(&clean::line(&format!("{}{about}: {first}", preset.name)));
        text.push('\n');
    }
    output::write(&text)
}

/// The web app's own names of the fields.
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

impl From<PresetError> for Problem {
    fn from(error: PresetError) -> Self {
        Self::failed(error.to_string())
    }
}
