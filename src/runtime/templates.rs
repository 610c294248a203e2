//! Reads what the placeholders of a prompt template stand for. Must not run on the loop's thread: files
//! and the clipboard may take long.

use crate::app::slash_commands;
use crate::chat::attachment::AttachmentContent;
use crate::settings::{Paths, Placeholder, PromptTemplate, TemplateFolder, TemplateList};
use crate::store::state::attachments;

use super::files;

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
            Err(format!("{path} is not a text. Attach it to the question instead."))
        }
    }
}

fn read_clipboard() -> Result<String, String> {
    let read = arboard::Clipboard::new().and_then(|mut board| board.get_text());
    match read {
        Ok(text) if !text.trim().is_empty() => Ok(text.replace("\r\n", "\n")),
        Ok(_) | Err(arboard::Error::ContentNotAvailable) => {
            Err("There is no text in the clipboard, which the template needs. Copy it first."
                .into())
        }
        Err(error) => {
            tracing::info!(%error, "the clipboard cannot be read");
            Err("The template needs the clipboard, which cannot be read here. Give the text as the \
                 argument of a template with {{argument}}."
                .to_owned())
        }
    }
}
