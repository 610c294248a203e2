//! `duologue export`: conversations as Markdown, HTML or JSON, to standard output or to files.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};

use crate::chat::{ConversationSummary, Readability};
use crate::exchange::file_name::FileNames;
use crate::exchange::{html, markdown};
use crate::settings::Settings;
use crate::store::{Store, StoreError};

use super::bootstrap;
use super::error::{CliError, code};
use super::files::{self, ExistingFile};
use super::output;
use super::progress::ProgressCounter;

#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    /// The conversations: ids, the starts of them, exact titles or response ids.
    #[arg(required_unless_present = "all", value_name = "CONVERSATION")]
    conversations: Vec<String>,
    /// Export all conversations.
    #[arg(long, conflicts_with = "conversations")]
    all: bool,
    /// The format.
    #[arg(short, long, value_enum, default_value = "markdown")]
    format: Format,
    /// The file, or a folder for one file per conversation; by default standard output.
    #[arg(short, long, value_name = "FILE|DIR")]
    output: Option<PathBuf>,
    /// Replace existing files.
    #[arg(long, requires = "output")]
    force: bool,
}

/// What an export is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Text with front matter; `duologue import` reads it.
    Markdown,
    /// A self-contained page.
    Html,
    /// The web app's own records, byte for byte; `duologue import` reads them.
    Json,
}

impl Format {
    const fn extension(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Html => "html",
            Self::Json => "json",
        }
    }
}

/// Where an export goes.
enum ExportTarget<'a> {
    Stdout,
    File(&'a Path),
    Folder(&'a Path),
}

/// Exports conversations; returns the exit code. Damaged ones are left out, and then it fails at the end.
pub(super) fn run(settings: &Settings, args: &ExportArgs) -> Result<u8, CliError> {
    let mut store = bootstrap::open_store(settings)?;
    let rows = select_conversations(&mut store, args)?;
    let target = target(args, rows.len())?;
    let existing = if args.force { ExistingFile::Replaced } else { ExistingFile::Kept };
    let mut skipped = SkipReport::default();
    let mut written = 0_usize;
    match target {
        ExportTarget::Folder(folder) => {
            files::make_folder(folder)?;
            let mut names = FileNames::default();
            let mut progress = ProgressCounter::new("exported", rows.len());
            for row in &rows {
                let name = names.next_name(&row.id, row.title.text(), args.format.extension());
                if let Some(text) = export_one(&mut store, row, args.format, &mut skipped)? {
                    files::write(&folder.join(&name), &join_texts(&[text], args.format), existing)?;
                    written = written.saturating_add(1);
                }
                progress.step();
            }
            drop(progress);
            report(written, folder);
        }
        ExportTarget::Stdout | ExportTarget::File(_) => {
            let mut texts = Vec::new();
            for row in &rows {
                texts.extend(export_one(&mut store, row, args.format, &mut skipped)?);
            }
            if texts.is_empty() && skipped.damaged > 0 {
                return Err(skipped.to_error());
            }
            let text = join_texts(&texts, args.format);
            match target {
                ExportTarget::File(path) => {
                    files::write(path, &text, existing)?;
                    report(texts.len(), path);
                }
                ExportTarget::Stdout | ExportTarget::Folder(_) => output::write_exact(&text)?,
            }
        }
    }
    if skipped.damaged > 0 {
        return Err(skipped.to_error());
    }
    Ok(code::DONE)
}

/// Says on standard error what was written and where.
fn report(count: usize, path: &Path) {
    let what = if count == 1 { "conversation" } else { "conversations" };
    output::print_message(&format!("Exported {count} {what} to {}.", path.display()));
}

/// The conversations that are named, or all in file order.
fn select_conversations(
    store: &mut Store,
    args: &ExportArgs,
) -> Result<Vec<ConversationSummary>, CliError> {
    let rows = store.list()?;
    if args.all {
        return Ok(rows);
    }
    let mut selected: Vec<ConversationSummary> = Vec::new();
    for wanted in &args.conversations {
        let id = store.resolve_id(wanted)?;
        if selected.iter().all(|row| row.id != id) {
            selected.extend(rows.iter().find(|row| row.id == id).cloned());
        }
    }
    Ok(selected)
}

/// A folder where the path is one or ends like one, and for several conversations that cannot share a file.
fn target(args: &ExportArgs, count: usize) -> Result<ExportTarget<'_>, CliError> {
    let Some(path) = &args.output else {
        if args.format == Format::Html && count > 1 {
            return Err(CliError::usage(
                "Each conversation becomes its own page. Name a folder with --output DIR.",
            ));
        }
        return Ok(ExportTarget::Stdout);
    };
    let names_folder = path.to_string_lossy().ends_with(std::path::is_separator);
    let has_extension = path.extension().is_some_and(|ending| ending == args.format.extension());
    let several = count != 1 && (args.format == Format::Html || !has_extension);
    Ok(if path.is_dir() || names_folder || several {
        ExportTarget::Folder(path)
    } else {
        ExportTarget::File(path)
    })
}

/// Counts what could not be exported.
#[derive(Default)]
struct SkipReport {
    damaged: usize,
}

impl SkipReport {
    fn to_error(&self) -> CliError {
        let subject = match self.damaged {
            1 => "One conversation is damaged and was".to_owned(),
            count => format!("{count} conversations are damaged and were"),
        };
        CliError::failed(format!(
            "{subject} not exported; all others were. Use --format json to copy damaged \
             conversations unchanged."
        ))
    }
}

/// One conversation; `None` where it is damaged, or was deleted meanwhile.
fn export_one(
    store: &mut Store,
    row: &ConversationSummary,
    format: Format,
    skipped: &mut SkipReport,
) -> Result<Option<String>, CliError> {
    let or_deleted = |error: StoreError| match error {
        StoreError::NotFound(_) => Ok(None),
        other => Err(CliError::from(other)),
    };
    if format == Format::Json {
        return store.raw_record(&row.id).map(Some).or_else(or_deleted);
    }
    let conversation = match store.conversation(&row.id) {
        Ok(conversation) => conversation,
        Err(error) => return or_deleted(error),
    };
    if let Readability::Damaged(reason) = &conversation.readability {
        output::print_message(&format!("{} is damaged: {reason}.", row.id));
        skipped.damaged = skipped.damaged.saturating_add(1);
        return Ok(None);
    }
    Ok(Some(match format {
        Format::Html => html::render_page(&conversation, &store.early_ends(&conversation)),
        Format::Markdown | Format::Json => markdown::write_document(&conversation),
    }))
}

/// Several conversations as one text. JSON is a file the web app could have written.
fn join_texts(texts: &[String], format: Format) -> String {
    match format {
        Format::Markdown | Format::Html => texts.join("\n"),
        Format::Json if texts.is_empty() => "{}".to_owned(),
        Format::Json => format!("{{\n  {}\n}}", texts.join(",\n  ")),
    }
}
