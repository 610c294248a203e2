//! `duologue templates`: lists the prompt templates. `ask` and plain mode use them through this file.

use serde_json::{Value, json};

use crate::runtime;
use crate::settings::{Flags, PromptTemplate, Settings, TemplateFolder};
use crate::view::clean;

use super::error::CliError;
use super::output::{self, OutputFormat};

/// Why there is no selection in a command.
const NO_SELECTION: &str = "The template uses {{selection}}, which only the window has. Use the \
                            template there, or write {{argument}} instead.";

/// Prints the templates by name, and what is wrong with the other files.
pub(super) fn run(settings: &Settings, format: OutputFormat) -> Result<(), CliError> {
    let folder = TemplateFolder::of(&settings.paths);
    let list = runtime::templates::list(&settings.paths);
    if format == OutputFormat::Json {
        let templates: Vec<Value> = list.templates.iter().map(as_json).collect();
        let folder = folder.path().display().to_string();
        return output::write_json(&json!({
            "templates": templates, "problems": list.problems, "folder": folder,
        }));
    }
    let mut text = String::new();
    for template in &list.templates {
        let line = format!("{}: {}", template.name, template.summary());
        text.push_str(&format!("{}\n", clean::line(&line)));
    }
    output::write(&text)?;
    for problem in &list.problems {
        output::print_message(problem);
    }
    if list.templates.is_empty() {
        let path = folder.path().join("NAME.md").display().to_string();
        output::print_message(&format!("There are no templates yet. Write one: {path}"));
    }
    Ok(())
}

fn as_json(template: &PromptTemplate) -> Value {
    let placeholders: Vec<String> = template.placeholders().map(ToString::to_string).collect();
    json!({
        "name": template.name,
        "description": template.description,
        "model": template.model,
        "preset": template.preset,
        "placeholders": placeholders,
    })
}

/// Reads a template by name.
pub(super) fn load(settings: &Settings, name: &str) -> Result<PromptTemplate, CliError> {
    TemplateFolder::of(&settings.paths).load(name).map_err(CliError::usage)
}

/// The settings of its question. Flags win over what the template names.
pub(super) fn apply(template: &PromptTemplate, settings: &Settings, flags: &Flags) -> Settings {
    let mut template = template.clone();
    template.model = template.model.filter(|_| flags.text("model").is_none());
    template.preset = template.preset.filter(|_| flags.text("preset").is_none());
    template.apply_to(settings.clone())
}

/// The question it becomes with an argument.
pub(super) fn expand(template: &PromptTemplate, argument: &str) -> Result<String, CliError> {
    let selection = Err(NO_SELECTION.to_owned());
    runtime::templates::expand(template, argument, &selection)
        .map_err(|reason| CliError::usage(format!("{reason} Nothing was sent.")))
}
