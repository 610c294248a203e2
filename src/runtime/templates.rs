//! Reads what the placeholders of a prompt template stand for. Must not run on the loop's thread: files
//! and the clipboard may take long.

use std::path::Path;

use crate::app::{
    TemplateCall, TemplateEntry, TemplateQuestion, TemplatesEffect, TemplatesEvent, slash_commands,
};
use crate::chat::Preset;
use crate::chat::attachment::AttachmentContent;
use crate::chat::preset::find_by_name;
use crate::settings::{Paths, Placeholder, PromptTemplate, Settings, TemplateFolder, TemplateList};
use crate::store::PresetFile;
use crate::store::state::attachments;

use super::files;

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

/// Performs an effect of the window.
pub(super) fn perform(effect: TemplatesEffect, settings: &Settings) -> TemplatesEvent {
    let folder = TemplateFolder::of(&settings.paths);
    match effect {
        TemplatesEffect::List => {
            let entries = folder.names().into_iter().map(|name| entry(&folder, name)).collect();
            TemplatesEvent::Listed { entries, folder: folder.path().display().to_string() }
        }
        TemplatesEffect::Expand { call, conversation, selection } => {
            let expanded = make_question(settings, &folder, &call, selection).map(Box::new);
            TemplatesEvent::Expanded { call, conversation, expanded }
        }
    }
}

/// What the palette shows of a template; one that cannot be used says why.
fn entry(folder: &TemplateFolder, name: String) -> TemplateEntry {
    match folder.load(&name) {
        Ok(template) => TemplateEntry {
            description: if slash_commands::is_command(&name) {
                format!("Not used, because /{name} is a command. Rename {name}.md.")
            } else {
                template.summary()
            },
            needs_argument: template.needs_argument(),
            name,
        },
        Err(reason) => {
            let description = without_path(&reason, &folder.file(&name));
            TemplateEntry { name, description, needs_argument: false }
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

fn make_question(
    settings: &Settings,
    folder: &TemplateFolder,
    call: &TemplateCall,
    selection: Option<String>,
) -> Result<TemplateQuestion, String> {
    let template = folder.load(&call.name)?;
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
    let read = arboard::Clipboard::new().and_then(|mut board| board.get_text());
    match read {
        Ok(text) if !text.trim().is_empty() => Ok(text.replace("\r\n", "\n")),
        Ok(_) | Err(arboard::Error::ContentNotAvailable) => Err(
            "The template needs text from the clipboard, but there is none. Copy some text first."
                .into(),
        ),
        Err(error) => {
            tracing::info!(%error, "the clipboard cannot be read");
            Err("The template needs the clipboard, which cannot be read here. Give the text as the \
                 argument of a template with {{argument}}."
                .to_owned())
        }
    }
}
