//! Reads a file to import: unpacks archives, and recognises formats by content, not by name.

use std::fs;
use std::io::{Cursor, Read};
use std::path::Path;

use crate::exchange::chatgpt::BranchSelection;
use crate::exchange::{chatgpt, markdown};
use crate::store::IncomingConversation;
use crate::store::records::incoming;

use super::error::CliError;
use super::output;

/// The most bytes an archive may unpack to; a zip bomb stops here.
const MAX_UNPACKED_BYTES: u64 = 4 * 1024 * 1024 * 1024;

/// Reads every conversation of a file, or of standard input for "-". `branches` applies to ChatGPT exports.
pub(super) fn read(
    path: &Path,
    branches: BranchSelection,
) -> Result<Vec<IncomingConversation>, CliError> {
    let bytes = if path == Path::new("-") { read_stdin()? } else { from_file(path)? };
    let name = path.display();
    if !bytes.starts_with(b"PK\x03\x04") {
        return conversations(&text(bytes, &name.to_string())?, &name.to_string(), branches);
    }
    let mut all = Vec::new();
    for (inner, bytes) in unpack(bytes, &name.to_string())? {
        let name = format!("{name}: {inner}");
        all.extend(conversations(&text(bytes, &name)?, &name, branches)?);
    }
    Ok(all)
}

fn from_file(path: &Path) -> Result<Vec<u8>, CliError> {
    fs::read(path).map_err(|error| {
        CliError::failed(format!(
            "{} cannot be read: {error}. Nothing was changed.",
            path.display()
        ))
    })
}

fn read_stdin() -> Result<Vec<u8>, CliError> {
    let mut bytes = Vec::new();
    std::io::stdin().read_to_end(&mut bytes).map_err(|error| {
        CliError::failed(format!("Standard input cannot be read: {error}. Nothing was changed."))
    })?;
    Ok(bytes)
}

fn text(bytes: Vec<u8>, name: &str) -> Result<String, CliError> {
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        unsupported_file(name, &format!("it is not UTF-8 text (byte {at})"))
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// The conversations of a text, whose format is recognised by its content.
fn conversations(
    text: &str,
    name: &str,
    branches: BranchSelection,
) -> Result<Vec<IncomingConversation>, CliError> {
    if text.trim_start().starts_with("---") {
        let found = markdown::parse_documents(text);
        let found = found.map_err(|error| unsupported_file(name, &error.to_string()))?;
        return Ok(found.into_iter().map(IncomingConversation::new).collect());
    }
    if chatgpt::is_export(text) {
        let export = chatgpt::parse_export(text, branches);
        return Ok(report_skipped(
            export.map_err(|error| unsupported_file(name, &error.to_string()))?,
            name,
        ));
    }
    if let Some(record) = incoming::parse_record(text) {
        return Ok(vec![record]);
    }
    incoming::parse_chats_file(text).map_err(|why| unsupported_file(name, &why))
}

/// The conversations of an export; says how many had nothing to import.
fn report_skipped(export: chatgpt::ChatGptExport, name: &str) -> Vec<IncomingConversation> {
    if export.empty > 0 {
        output::print_message(&format!(
            "{name}: {} without any messages.",
            describe_conversations(export.empty)
        ));
    }
    if let Some((count, why)) = &export.unreadable {
        output::print_message(&format!(
            "{name}: {} cannot be read ({why}).",
            describe_conversations(*count)
        ));
    }
    export.conversations.into_iter().map(IncomingConversation::new).collect()
}

fn describe_conversations(count: usize) -> String {
    if count == 1 { "1 conversation".to_owned() } else { format!("{count} conversations") }
}

/// The files with conversations in a ChatGPT data export, with their names.
fn unpack(bytes: Vec<u8>, name: &str) -> Result<Vec<(String, Vec<u8>)>, CliError> {
    let broken = |error: zip::result::ZipError| {
        unsupported_file(name, &format!("the archive is broken: {error}"))
    };
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).map_err(broken)?;
    let mut found = Vec::new();
    let mut remaining = MAX_UNPACKED_BYTES;
    for index in 0..archive.len() {
        let file = archive.by_index(index).map_err(broken)?;
        let inner = file.name().map_err(broken)?.into_owned();
        let last = inner.rsplit('/').next().unwrap_or_default();
        // Newer exports (seen in 2025) are split: conversations-000.json, conversations-001.json and so on.
        let is_json = Path::new(last).extension().is_some_and(|ending| ending == "json");
        if !is_json || !last.starts_with("conversations") {
            continue;
        }
        let mut bytes = Vec::new();
        let read = file.take(remaining.saturating_add(1)).read_to_end(&mut bytes);
        let read = read.map_err(|error| broken(zip::result::ZipError::Io(error)))?;
        remaining = remaining
            .checked_sub(read as u64)
            .ok_or_else(|| unsupported_file(name, "it unpacks to more than four gigabytes"))?;
        found.push((inner, bytes));
    }
    if found.is_empty() {
        return Err(unsupported_file(name, "the archive contains no conversations.json"));
    }
    Ok(found)
}

fn unsupported_file(name: &str, why: &str) -> CliError {
    CliError::failed(format!(
        "{name} cannot be imported: {why}. Nothing was changed. Supported are ChatGPT exports \
         (conversations.json or the .zip), chats files, and what `duologue export` writes as \
         Markdown or JSON."
    ))
}
