//! `duologue export`: conversations as Markdown, HTML or JSON, to standard output or to files.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::chat::{AnswerRecord, ConversationSummary, count};
use crate::exchange::file_name::FileNames;
use crate::runtime::export::{self, DocumentFormat, EachStep, ExportStep};
use crate::settings::Settings;
use crate::store::{Store, StoreError, StoredConversation};

use super::bootstrap;
use super::conversations;
use super::error::{CliError, code};
use super::files::{self, ExistingFile};
use super::output;
use super::progress::ProgressCounter;

#[derive(Debug, Args)]
pub(super) struct ExportArgs {
    /// The conversations: ids, the starts of them, exact titles or response ids.
    #[arg(value_name = "CONVERSATION")]
    conversations: Vec<String>,
    /// Export all conversations.
    #[arg(long, conflicts_with = "conversations")]
    all: bool,
    /// The format; by default what the name of the file ends in, else Markdown.
    #[arg(short, long, value_enum)]
    format: Option<DocumentFormat>,
    /// The file, or a folder for one file per conversation; by default standard output.
    #[arg(short, long, value_name = "FILE|DIR")]
    output: Option<PathBuf>,
    /// Replace existing files.
    #[arg(long, requires = "output")]
    force: bool,
}

impl ExportArgs {
    fn format(&self) -> DocumentFormat {
        let of_file = || self.output.as_deref().and_then(DocumentFormat::of_file);
        self.format.or_else(of_file).unwrap_or(DocumentFormat::Markdown)
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
    if args.conversations.is_empty() && !args.all {
        return Err(CliError::usage(
            "Name the conversations to export, or export all of them with --all.",
        ));
    }
    let mut store = bootstrap::open_store(settings)?;
    let rows = select_conversations(&mut store, args)?;
    if rows.is_empty() {
        output::print_message("There are no conversations to export.");
        return Ok(code::DONE);
    }
    let target = target(args, rows.len())?;
    let existing = if args.force { ExistingFile::Replaced } else { ExistingFile::Kept };
    let format = args.format();
    let mut export = Exporter::new(&mut store, format, &rows);
    match target {
        ExportTarget::Folder(folder) => {
            files::make_folder(folder)?;
            let mut names = FileNames::default();
            for row in &rows {
                let name = names.next_name(&row.id, row.title.text(), format.extension());
                export.write_file(row, &folder.join(name), existing)?;
            }
            export.finish_progress();
            report(export.written, format, folder);
        }
        ExportTarget::File(path) => {
            files::write_with(path, existing, |to| {
                export.write_all(&rows, to)?.map_err(|error| files::write_error(path, &error))
            })?;
            export.finish_progress();
            report(export.written, format, path);
        }
        ExportTarget::Stdout => {
            let mut result = Ok(());
            output::write_exact(|to| match export.write_all(&rows, to) {
                Ok(written) => written,
                Err(error) => {
                    result = Err(error);
                    Ok(())
                }
            })?;
            result?;
        }
    }
    if export.damaged > 0 {
        return Err(export.damage_error());
    }
    Ok(code::DONE)
}

/// Says on standard error what was written and where.
fn report(count: usize, format: DocumentFormat, path: &Path) {
    let what = count::phrase(count, "conversation");
    output::print_message(&format!("Exported {what} as {} to {}.", format.name(), path.display()));
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
    let ids = conversations::resolve_all(store, &args.conversations)?;
    Ok(ids.iter().filter_map(|id| rows.iter().find(|row| row.id == *id).cloned()).collect())
}

/// A folder where the path is one or ends like one, and for several conversations that cannot share a file:
/// all of them are several, however many there are.
fn target(args: &ExportArgs, count: usize) -> Result<ExportTarget<'_>, CliError> {
    let format = args.format();
    let Some(path) = &args.output else {
        if format == DocumentFormat::Html && count > 1 {
            return Err(CliError::usage(
                "Each conversation becomes its own page. Name a folder with --output DIR.",
            ));
        }
        return Ok(ExportTarget::Stdout);
    };
    let names_folder = path.to_string_lossy().ends_with(std::path::is_separator);
    let has_extension = DocumentFormat::of_file(path) == Some(format);
    let several = (args.all || count != 1) && (format == DocumentFormat::Html || !has_extension);
    Ok(if path.is_dir() || names_folder || several {
        ExportTarget::Folder(path)
    } else {
        ExportTarget::File(path)
    })
}

/// Writes a conversation to a file of its own, or to one with others.
type WriteConversation = fn(
    &StoredConversation,
    &[AnswerRecord],
    DocumentFormat,
    &mut dyn Write,
    &mut EachStep<'_>,
) -> io::Result<()>;

/// An export that is under way.
struct Exporter<'a> {
    store: &'a mut Store,
    format: DocumentFormat,
    /// Messages of one conversation, or conversations.
    progress: Option<ProgressCounter>,
    counts_messages: bool,
    /// How many conversations were written.
    written: usize,
    /// How many were left out.
    damaged: usize,
}

impl<'a> Exporter<'a> {
    fn new(store: &'a mut Store, format: DocumentFormat, rows: &[ConversationSummary]) -> Self {
        let (label, total, counts_messages) = match rows {
            [one] => ("messages exported", one.message_count, true),
            many => ("exported", many.len(), false),
        };
        let progress = Some(ProgressCounter::new(label, total));
        Self { store, format, progress, counts_messages, written: 0, damaged: 0 }
    }

    /// Writes conversations one after the other.
    fn write_all(
        &mut self,
        rows: &[ConversationSummary],
        to: &mut dyn Write,
    ) -> Result<io::Result<()>, CliError> {
        let [start, between, end] = self.format.frame();
        for row in rows {
            let between = if self.written == 0 { start } else { between };
            if let Err(error) = self.write_one(row, between, to)? {
                return Ok(Err(error));
            }
        }
        if self.written == 0 && self.damaged > 0 {
            return Err(self.damage_error());
        }
        let before_end = if self.written == 0 { start } else { "" };
        Ok(to.write_all(before_end.as_bytes()).and_then(|()| to.write_all(end.as_bytes())))
    }

    /// Writes one conversation to a file of its own; none where it is left out.
    fn write_file(
        &mut self,
        row: &ConversationSummary,
        path: &Path,
        existing: ExistingFile,
    ) -> Result<(), CliError> {
        let Some(stored) = self.open(row)? else { return Ok(()) };
        files::write_with(path, existing, |to| {
            self.write_stored(&stored, export::write_document, to)
                .map_err(|error| files::write_error(path, &error))
        })
    }

    /// Writes one conversation after something; nothing where it is left out.
    fn write_one(
        &mut self,
        row: &ConversationSummary,
        between: &str,
        to: &mut dyn Write,
    ) -> Result<io::Result<()>, CliError> {
        let Some(stored) = self.open(row)? else { return Ok(Ok(())) };
        let written = to.write_all(between.as_bytes());
        Ok(written.and_then(|()| self.write_stored(&stored, export::write_conversation, to)))
    }

    /// A conversation to write; `None` where it is damaged, or was deleted meanwhile.
    fn open(&mut self, row: &ConversationSummary) -> Result<Option<StoredConversation>, CliError> {
        let stored = match self.store.stored_conversation(&row.id) {
            Ok(stored) => stored,
            Err(StoreError::NotFound(_)) => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        if let Err(StoreError::Damaged(reason)) = export::check_readable(&stored, self.format) {
            output::print_message(&format!("{} is damaged: {reason}.", row.id));
            self.damaged = self.damaged.saturating_add(1);
            return Ok(None);
        }
        Ok(Some(stored))
    }

    fn write_stored(
        &mut self,
        stored: &StoredConversation,
        write: WriteConversation,
        to: &mut dyn Write,
    ) -> io::Result<()> {
        let records = self.store.answer_records().records(&stored.about.id);
        let progress = &mut self.progress;
        let counts_messages = self.counts_messages;
        let mut step = |step: ExportStep| {
            let counts = counts_messages && step == ExportStep::Written;
            progress.iter_mut().filter(|_| counts).for_each(ProgressCounter::step);
            Ok(())
        };
        write(stored, &records, self.format, to, &mut step)?;
        if !self.counts_messages {
            self.progress.iter_mut().for_each(ProgressCounter::step);
        }
        self.written = self.written.saturating_add(1);
        Ok(())
    }

    /// Makes room for other output.
    fn finish_progress(&mut self) {
        self.progress = None;
    }

    fn damage_error(&self) -> CliError {
        let (count, conversations) = (self.damaged, count::phrase(self.damaged, "conversation"));
        let verb = count::form(&count, "is damaged and was", "are damaged and were");
        CliError::failed(format!(
            "{conversations} {verb} not exported; all others were. Use --format json to copy damaged \
             conversations unchanged."
        ))
    }
}
