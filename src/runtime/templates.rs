//! Makes questions of prompt templates: reads what their placeholders stand for, and asks MCP servers for
//! their prompts. Must not run on the loop's thread: files, the clipboard and servers may take long.

use std::path::Path;
use std::sync::Arc;

use futures_util::StreamExt;
use tokio::sync::mpsc::Sender;
use tokio::task::spawn_blocking;

use crate::app::{
    Msg, TemplateCall, TemplateEntry, TemplateQuestion, TemplatesEffect, TemplatesEvent,
    commands::slash_commands,
};
use crate::chat::attachment::AttachmentContent;
use crate::chat::preset::find_by_name;
use crate::chat::{Preset, ServerPrompts};
use crate::mcp::{McpHost, PromptFailure};
use crate::settings::{
    Paths, Placeholder, PromptTemplate, Settings, TemplateFolder, TemplateList, is_prompt_name,
};
use crate::store::PresetFile;
use crate::store::state::attachments;

use super::files;
use super::system_clipboard::SystemClipboard;

/// Why a template of the window has no selection.
const NOTHING_SELECTED: &str = "The template needs a selection. Select a message or text in the \
                                conversation, then use Ctrl+P.";

/// All templates by name. One with the name of a command is reported: as a slash command it is not reached.
pub(crate) fn list(paths: &Paths) -> TemplateList {
    let mut list = TemplateFolder::of(paths).list();
    let hidden = list.templates.iter().filter(|it| slash_commands::is_command(&it.name));
    let report = |template: &PromptTemplate| {
        let name = &template.name;
        format!(
            "/{name} is a command of the window. Use the template {name} with `ask --template \
                 {name}`, or rename its file."
        )
    };
    let reports: Vec<String> = hidden.map(report).collect();
    list.problems.extend(reports);
    list
}

/// Performs an effect of the window and sends what came of it.
pub(super) async fn perform(
    effect: TemplatesEffect,
    settings: Arc<Settings>,
    servers: Arc<McpHost>,
    msg_tx: Sender<Msg>,
) {
    match effect {
        TemplatesEffect::List => {
            let listed = spawn_blocking(move || list_files(&settings)).await;
            if let Ok(event) = listed {
                let _ = msg_tx.send(Msg::Templates(event)).await;
            }
        }
        TemplatesEffect::ListPrompts(asked) => {
            let mut listed = servers.list_prompts(asked);
            while let Some(listed) = listed.next().await {
                let _ = msg_tx.send(Msg::Templates(prompt_entries(listed))).await;
            }
        }
        TemplatesEffect::Expand { call, conversation, selection } => {
            let expanded = make_question(settings, &servers, &call, selection).await.map(Box::new);
            let event = TemplatesEvent::Expanded { call, conversation, expanded };
            let _ = msg_tx.send(Msg::Templates(event)).await;
        }
    }
}

fn list_files(settings: &Settings) -> TemplatesEvent {
    let folder = TemplateFolder::of(&settings.paths);
    let entries = folder.names().into_iter().map(|name| entry(&folder, name)).collect();
    TemplatesEvent::Listed { entries, folder: folder.path().display().to_string() }
}

/// What the palette shows of the prompts of a server. One that cannot be used says why.
fn prompt_entries(listed: ServerPrompts) -> TemplatesEvent {
    let ServerPrompts { server, prompts } = listed;
    let entries = match prompts {
        Ok(prompts) => prompts
            .into_iter()
            .map(|prompt| TemplateEntry {
                usage: prompt.usage(),
                needs_argument: prompt.needs_argument(),
                name: prompt.name,
                description: prompt.description,
                server: Some(server.clone()),
            })
            .collect(),
        Err(why) => vec![TemplateEntry {
            name: format!("{server}:"),
            description: why,
            server: Some(server.clone()),
            ..TemplateEntry::default()
        }],
    };
    TemplatesEvent::PromptsListed { server, entries }
}

/// What the palette shows of a template; one that cannot be used says why.
fn entry(folder: &TemplateFolder, name: String) -> TemplateEntry {
    match folder.load(&name) {
        Ok(template) => TemplateEntry {
            description: if slash_commands::is_command(&name) {
                format!("Rename {name}.md: /{name} is a command.")
            } else {
                template.summary()
            },
            name,
            usage: if template.needs_argument() { "ARGUMENT".to_owned() } else { String::new() },
            needs_argument: template.needs_argument(),
            server: None,
        },
        Err(reason) => {
            let description = without_path(&reason, &folder.file(&name));
            TemplateEntry { name, description, ..TemplateEntry::default() }
        }
    }
}

/// A reason in a row of its template: the name of the row says which file it is.
fn without_path(reason: &str, file: &Path) -> String {
    let path = file.display().to_string();
    let rest = reason.strip_prefix(&path).unwrap_or(reason).trim_start_matches([',', ' ']);
    let mut letters = rest.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

async fn make_question(
    settings: Arc<Settings>,
    servers: &McpHost,
    call: &TemplateCall,
    selection: Option<String>,
) -> Result<TemplateQuestion, String> {
    if is_prompt_name(&call.name) {
        let text = servers.prompt(&call.name, &call.argument).await;
        let text = text.map_err(PromptFailure::into_sentence)?;
        return Ok(TemplateQuestion { text, model: None, preset: None });
    }
    let call = call.clone();
    let read = spawn_blocking(move || read_template(&settings, &call, selection)).await;
    read.unwrap_or_else(|_| Err("The template could not be read.".to_owned()))
}

fn read_template(
    settings: &Settings,
    call: &TemplateCall,
    selection: Option<String>,
) -> Result<TemplateQuestion, String> {
    let template = TemplateFolder::of(&settings.paths).load(&call.name)?;
    let preset = match &template.preset {
        Some(name) => Some(find_preset(settings, name)?),
        None => None,
    };
    let selection = selection.ok_or_else(|| NOTHING_SELECTED.to_owned());
    let text = expand(&template, &call.argument, &selection)?;
    Ok(TemplateQuestion { text, model: template.model, preset })
}

fn find_preset(settings: &Settings, name: &str) -> Result<Preset, String> {
    let presets = PresetFile::of(settings).load().map_err(|error| error.to_string())?.presets;
    find_by_name(&presets, name).cloned().map_err(|error| error.to_string())
}

/// Expands a template; `selection` is what is selected, or a sentence that says why nothing is.
///
/// # Errors
/// When an argument, a selection, a file or the clipboard is missing or cannot be used.
pub(crate) fn expand(
    template: &PromptTemplate,
    argument: &str,
    selection: &Result<String, String>,
) -> Result<String, String> {
    template.expand(argument, &mut |placeholder| match placeholder {
        Placeholder::Argument => Ok(argument.to_owned()),
        Placeholder::Selection => selection.clone(),
        Placeholder::Clipboard => read_clipboard(),
        Placeholder::File(path) => read_file(path),
    })
}

/// The text of a file, decoded as one that is attached.
fn read_file(path: &str) -> Result<String, String> {
    match attachments::read(&files::expand_path(path), None)?.attachment.content {
        AttachmentContent::Text(text) => Ok(text),
        AttachmentContent::Image(_) | AttachmentContent::Document(_) => {
            Err(format!("{path} is not text. Attach the file to the question instead."))
        }
    }
}

fn read_clipboard() -> Result<String, String> {
    match SystemClipboard::default().text() {
        Ok(text) if !text.trim().is_empty() => Ok(text.replace("\r\n", "\n")),
        Ok(_) => Err(
            "The template needs text from the clipboard, but there is none. Copy some text first."
                .to_owned(),
        ),
        Err(_) => Err(
            "The template needs the clipboard, which cannot be read here. Give the text as the \
                 argument of a template with {{argument}}."
                .to_owned(),
        ),
    }
}
