//! Reads a file to import: unpacks archives, and recognises formats by content, not by name.

use std::io::{self, BufReader, Cursor, Read, Seek};
use std::path::Path;

use crate::chat::attachment::format_size;
use crate::chat::text_encoding::{TextEncoding, decode};
use crate::chat::{count, io_reason, shell_quote};
use crate::exchange::chatgpt::BranchSelection;
use crate::exchange::{chatgpt, markdown};
use crate::settings::open_regular;
use crate::store::IncomingConversation;
use crate::store::records::incoming;

use super::error::CliError;
use super::output;

/// The most bytes of text that are imported at once, unpacked: all of it is held in memory.
const MAX_IMPORT_BYTES: u64 = 512 * 1024 * 1024;

/// How files are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReadOptions {
    /// Which lines of ChatGPT conversations.
    pub(super) branches: BranchSelection,
    /// The encoding the user named.
    pub(super) encoding: Option<TextEncoding>,
}

/// What the files hold.
#[derive(Debug, Default)]
pub(super) struct ImportContents {
    pub(super) conversations: Vec<IncomingConversation>,
    /// How many conversations could not be read, which was reported.
    pub(super) unreadable: usize,
}

impl ImportContents {
    const fn of(conversations: Vec<IncomingConversation>) -> Self {
        Self { conversations, unreadable: 0 }
    }

    /// Adds what another file holds.
    pub(super) fn extend(&mut self, other: Self) {
        self.conversations.extend(other.conversations);
        self.unreadable = self.unreadable.saturating_add(other.unreadable);
    }
}

/// A text to import, and how long it may be.
struct LimitedText<R> {
    source: R,
    limit: u64,
}

impl<R: Read> LimitedText<R> {
    /// All its bytes; stops where there are more than may be.
    fn read(self, name: &str) -> Result<Vec<u8>, CliError> {
        let mut bytes = Vec::new();
        let mut limited = self.source.take(self.limit.saturating_add(1));
        limited.read_to_end(&mut bytes).map_err(|error| unreadable(name, &error))?;
        if u64::try_from(bytes.len()).is_ok_and(|length| length <= self.limit) {
            Ok(bytes)
        } else {
            Err(too_large(name))
        }
    }
}

/// Reads every conversation of a file, or of standard input for "-".
pub(super) fn read(path: &Path, options: ReadOptions) -> Result<ImportContents, CliError> {
    let name = path.display().to_string();
    if path == Path::new("-") {
        let input = LimitedText { source: io::stdin(), limit: MAX_IMPORT_BYTES };
        let bytes = input.read("Standard input")?;
        return from_seekable(Cursor::new(bytes), &name, options);
    }
    if path.is_dir() {
        return Err(CliError::failed(format!(
            "{name} is a folder. Name its files: duologue import {}/*.md",
            shell_quote(name.trim_end_matches(['/', '\\']))
        )));
    }
    let file = open_regular(path).map_err(|error| unreadable(&name, &error))?;
    from_seekable(file, &name, options)
}

/// An archive is unpacked file by file, so that only one of them is in memory.
fn from_seekable(
    mut file: impl Read + Seek,
    name: &str,
    options: ReadOptions,
) -> Result<ImportContents, CliError> {
    let mut start = [0; 4];
    let is_archive = file.read_exact(&mut start).is_ok() && start == *b"PK\x03\x04";
    file.rewind().map_err(|error| unreadable(name, &error))?;
    if is_archive {
        return from_archive(BufReader::new(file), name, options, MAX_IMPORT_BYTES);
    }
    let bytes = LimitedText { source: file, limit: MAX_IMPORT_BYTES }.read(name)?;
    conversations(&text(bytes, name, options.encoding)?, name, options.branches)
}

fn unreadable(name: &str, error: &io::Error) -> CliError {
    CliError::failed(format!("{name} cannot be read: {}. Nothing was changed.", io_reason(error)))
}

fn too_large(name: &str) -> CliError {
    let most = format_size(MAX_IMPORT_BYTES);
    CliError::failed(format!(
        "{name} holds more than {most} of text, which is the limit. Nothing was changed."
    ))
}

fn text(bytes: Vec<u8>, name: &str, encoding: Option<TextEncoding>) -> Result<String, CliError> {
    let decoded = decode(bytes, encoding);
    let decoded = decoded.map_err(|error| unsupported_file(name, &error.to_string()))?;
    if encoding.is_none()
        && let Some(encoding) = decoded.encoding
    {
        output::print_message(&format!("{name} was read as {encoding}."));
    }
    Ok(decoded.text)
}

/// The conversations of a text, whose format is recognised by its content.
fn conversations(
    text: &str,
    name: &str,
    branches: BranchSelection,
) -> Result<ImportContents, CliError> {
    let unsupported = |why: String| unsupported_file(name, &why);
    if text.trim_start().starts_with("---") {
        let found = markdown::parse_documents(text).map_err(unsupported)?;
        let found = found.into_iter().map(IncomingConversation::new).collect();
        return Ok(ImportContents::of(found));
    }
    if chatgpt::is_export(text) {
        let export = chatgpt::parse_export(text, branches).map_err(unsupported)?;
        return Ok(report_skipped(export, name));
    }
    if let Some(record) = incoming::parse_record(text) {
        return Ok(ImportContents::of(vec![record]));
    }
    let start = text.trim_start();
    if !start.is_empty() && !start.starts_with(['{', '[']) {
        return Err(unsupported_file(name, "it has none of the formats"));
    }
    let found = incoming::parse_chats_file(text).map_err(unsupported)?;
    Ok(ImportContents::of(found))
}

/// The conversations of an export; says how many had nothing to import.
fn report_skipped(export: chatgpt::ChatGptExport, name: &str) -> ImportContents {
    if export.empty > 0 {
        output::print_message(&format!(
            "{name}: {} without any messages.",
            count::phrase(export.empty, "conversation")
        ));
    }
    if let Some((count, first)) = &export.unreadable {
        let first = if *count == 1 { first.clone() } else { format!("the first is {first}") };
        output::print_message(&format!(
            "{name}: {} cannot be read: {first}.",
            count::phrase(*count, "conversation")
        ));
    }
    let unreadable = export.unreadable.map_or(0, |(count, _)| count);
    let found = export.conversations.into_iter().map(IncomingConversation::new).collect();
    ImportContents { conversations: found, unreadable }
}

/// The conversations of a ChatGPT data export.
fn from_archive(
    file: impl Read + Seek,
    name: &str,
    options: ReadOptions,
    limit: u64,
) -> Result<ImportContents, CliError> {
    let broken = |error: zip::result::ZipError| {
        unsupported_file(name, &format!("the archive is broken: {error}"))
    };
    let mut archive = zip::ZipArchive::new(file).map_err(broken)?;
    let mut found: Option<ImportContents> = None;
    let mut remaining = limit;
    for index in 0..archive.len() {
        let file = archive.by_index(index).map_err(broken)?;
        let inner = file.name().map_err(broken)?.into_owned();
        let last = inner.rsplit('/').next().unwrap_or_default();
        // Newer exports (seen in 2025) are split: conversations-000.json, conversations-001.json and so on.
        let is_json = Path::new(last).extension().is_some_and(|ending| ending == "json");
        if !is_json || !last.starts_with("conversations") {
            continue;
        }
        // What the archive says of itself spares unpacking it; a false size is met while reading.
        if file.size() > remaining {
            return Err(too_large(name));
        }
        let bytes = LimitedText { source: file, limit: remaining }.read(name)?;
        remaining = remaining.saturating_sub(u64::try_from(bytes.len()).unwrap_or(u64::MAX));
        let inner = format!("{name}: {inner}");
        let text = text(bytes, &inner, options.encoding)?;
        found.get_or_insert_default().extend(conversations(&text, &inner, options.branches)?);
    }
    found.ok_or_else(|| unsupported_file(name, "the archive contains no conversations.json"))
}

fn unsupported_file(name: &str, why: &str) -> CliError {
    CliError::failed(format!(
        "{name} cannot be imported, because {why}. Nothing was changed. Supported are ChatGPT exports \
         (conversations.json or the .zip), chats files, and what `duologue export` writes as \
         Markdown or JSON."
    ))
}

#[cfg(test)]
mod tests {
    use std::io::Write;

    use super::*;

    #[test]
    fn an_archive_that_unpacks_to_more_than_the_limit_is_refused() {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for name in ["conversations-000.json", "conversations-001.json"] {
            zip.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
            zip.write_all(b"[]").unwrap();
        }
        let bytes = zip.finish().unwrap().into_inner();
        let options = ReadOptions { branches: BranchSelection::Current, encoding: None };
        let read = |limit| from_archive(Cursor::new(&bytes), "x.zip", options, limit);
        assert!(read(4).unwrap().conversations.is_empty());
        let error = read(3).unwrap_err().text;
        assert!(error.starts_with("x.zip holds more than 512 MB of text"), "{error}");
    }

    #[test]
    fn a_text_without_an_end_is_refused_at_the_limit() {
        let endless = LimitedText { source: io::repeat(b'['), limit: 100 };
        let error = endless.read("Standard input").unwrap_err();
        assert!(error.text.contains("which is the limit"), "{}", error.text);
    }
}
