//! `duologue templates`: lists the prompt templates, and the prompts of MCP servers. `ask` and plain mode
//! use them through this file.

use futures_util::StreamExt;
use serde_json::{Value, json};

use crate::chat::{PromptInfo, PromptServers, ServerPrompts};
use crate::mcp::{McpHost, PromptFailure};
use crate::runtime;
use crate::settings::{Flags, PromptTemplate, Settings, TemplateFolder, is_prompt_name};
use crate::view::clean;

use super::error::CliError;
use super::mcp::with_servers;
use super::output::{self, OutputFormat};

/// Why there is no selection in a command.
const NO_SELECTION: &str = "The template uses {{selection}}, which only the window has. Use the \
                            template there, or write {{argument}} instead.";

/// What `--template` names.
pub(super) enum Template {
    /// One that was read from the folder of templates.
    File(PromptTemplate),
    /// A prompt of an MCP server, by its name. The server is asked when it is used.
    Prompt(String),
}

impl Template {
    /// Reads a template by name; a prompt is not looked for yet.
    pub(super) fn load(settings: &Settings, name: &str) -> Result<Self, CliError> {
        if is_prompt_name(name) {
            return Ok(Self::Prompt(name.to_owned()));
        }
        TemplateFolder::of(&settings.paths).load(name).map(Self::File).map_err(CliError::usage)
    }

    /// The settings of its question. Flags win over what the template names.
    pub(super) fn apply(&self, settings: &Settings, flags: &Flags) -> Settings {
        let Self::File(template) = self else { return settings.clone() };
        let mut template = template.clone();
        template.model = template.model.filter(|_| flags.text("model").is_none());
        template.preset = template.preset.filter(|_| flags.text("preset").is_none());
        template.apply_to(settings.clone())
    }

    /// Whether its file has a place for the argument. A server says only later what its prompt needs.
    pub(super) fn needs_argument(&self) -> bool {
        matches!(self, Self::File(template) if template.needs_argument())
    }

    /// The question it becomes with an argument.
    pub(super) fn expand(&self, settings: &Settings, argument: &str) -> Result<String, CliError> {
        match self {
            Self::File(template) => expand(template, argument),
            Self::Prompt(name) => {
                with_servers(settings, async |servers| get_prompt(servers, name, argument).await)?
            }
        }
    }
}

/// The question that a template file becomes with an argument.
pub(super) fn expand(template: &PromptTemplate, argument: &str) -> Result<String, CliError> {
    let selection = Err(NO_SELECTION.to_owned());
    runtime::templates::expand(template, argument, &selection)
        .map_err(|reason| CliError::usage(format!("{reason} Nothing was sent.")))
}

/// The question that a prompt of an MCP server becomes with an argument.
pub(super) async fn get_prompt(
    servers: &McpHost,
    name: &str,
    argument: &str,
) -> Result<String, CliError> {
    servers.prompt(name, argument).await.map_err(|failure| match failure {
        PromptFailure::Call(why) => CliError::usage(format!("{why} Nothing was sent.")),
        PromptFailure::Server(why) => CliError::failed(format!("{why} Nothing was sent.")),
    })
}

/// Starts the MCP servers and prints the templates and their prompts.
pub(super) fn run(settings: &Settings, format: OutputFormat) -> Result<(), CliError> {
    let prompts = if settings.mcp.is_empty() {
        Vec::new()
    } else {
        with_servers(settings, async |servers| list_prompts(servers).await)?
    };
    print(settings, prompts, format)
}

/// The prompts of all servers, by the names of the servers.
pub(super) async fn list_prompts(servers: &McpHost) -> Vec<ServerPrompts> {
    let mut listed: Vec<ServerPrompts> = servers.list_prompts(PromptServers::All).collect().await;
    listed.sort_by(|one, other| one.server.cmp(&other.server));
    listed
}

/// Prints the templates by name, the prompts, and what is wrong with the other files and servers.
pub(super) fn print(
    settings: &Settings,
    listed: Vec<ServerPrompts>,
    format: OutputFormat,
) -> Result<(), CliError> {
    let folder = TemplateFolder::of(&settings.paths);
    let mut list = runtime::templates::list(&settings.paths);
    let mut prompts = Vec::new();
    for ServerPrompts { prompts: listed, .. } in listed {
        match listed {
            Ok(listed) => prompts.extend(listed),
            Err(why) => list.problems.push(why),
        }
    }
    if format == OutputFormat::Json {
        let templates: Vec<Value> = list.templates.iter().map(as_json).collect();
        let prompts: Vec<Value> = prompts.iter().map(prompt_json).collect();
        let folder = folder.path().display().to_string();
        return output::write_json(&json!({
            "templates": templates, "prompts": prompts, "problems": list.problems, "folder": folder,
        }));
    }
    let files = list.templates.iter().map(|it| format!("{}: {}", it.name, it.summary()));
    let lines: Vec<String> = files.chain(prompts.iter().map(prompt_line)).collect();
    for line in &lines {
        output::write(&format!("{}\n", clean::line(line)))?;
    }
    for problem in &list.problems {
        output::print_message(problem);
    }
    if lines.is_empty() {
        let path = folder.path().join("NAME.md").display().to_string();
        output::print_message(&format!("There are no templates yet. Write one: {path}"));
    }
    Ok(())
}

/// `server:prompt city [style]: the first line of its description`.
fn prompt_line(prompt: &PromptInfo) -> String {
    let call = format!("{} {}", prompt.name, prompt.usage());
    let call = call.trim_end();
    match prompt.description.lines().next() {
        Some(description) => format!("{call}: {description}"),
        None => call.to_owned(),
    }
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

fn prompt_json(prompt: &PromptInfo) -> Value {
    let arguments = prompt.arguments.iter().map(|argument| {
        json!({
            "name": argument.name,
            "description": argument.description,
            "required": argument.is_required,
        })
    });
    json!({
        "name": prompt.name,
        "description": prompt.description,
        "arguments": arguments.collect::<Vec<_>>(),
    })
}
