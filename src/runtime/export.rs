//! Writes a stored conversation as a document, message by message.

use std::io::{self, Write};
use std::path::Path;

use clap::ValueEnum;

use crate::chat::{AnswerRecord, Readability};
use crate::exchange::html;
use crate::exchange::markdown::{DocumentWriter, MarkerChoice};
use crate::store::{StoreError, StoredConversation};

/// What a conversation is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum DocumentFormat {
    /// Text with front matter; `duologue import` reads it.
    Markdown,
    /// A self-contained page.
    Html,
    /// The web app's own records, byte for byte; `duologue import` reads them.
    Json,
}

impl DocumentFormat {
    /// The format that the ending of a file's name stands for.
    pub(crate) fn of_file(name: &Path) -> Option<Self> {
        match name.extension()?.to_string_lossy().to_ascii_lowercase().as_str() {
            "md" | "markdown" => Some(Self::Markdown),
            "html" | "htm" => Some(Self::Html),
            "json" => Some(Self::Json),
            _ => None,
        }
    }

    /// The ending of a file's name.
    pub(crate) const fn extension(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Html => "html",
            Self::Json => "json",
        }
    }

    /// The name, for people.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Markdown => "Markdown",
            Self::Html => "HTML",
            Self::Json => "JSON",
        }
    }

    /// What stands before the first conversation of a file, between two, and after the last: JSON is a file
    /// that the web app could have written.
    pub(crate) const fn frame(self) -> [&'static str; 3] {
        match self {
            Self::Json => ["{\n  ", ",\n  ", "\n}"],
            Self::Markdown | Self::Html => ["", "\n", ""],
        }
    }
}

/// What has happened to a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ExportStep {
    /// It was looked at before anything is written.
    Examined,
    /// It is being written.
    Written,
}

/// Called for each message; an error ends the export.
pub(crate) type EachStep<'a> = dyn FnMut(ExportStep) -> io::Result<()> + 'a;

/// Fails for a damaged conversation in a format that needs to understand it.
pub(crate) fn check_readable(
    stored: &StoredConversation,
    format: DocumentFormat,
) -> Result<(), StoreError> {
    match &stored.about.readability {
        Readability::Damaged(reason) if format != DocumentFormat::Json => {
            Err(StoreError::Damaged(reason.clone()))
        }
        _ => Ok(()),
    }
}

/// Writes a file with a single conversation; `records` are those of its answers.
pub(crate) fn write_document(
    stored: &StoredConversation,
    records: &[AnswerRecord],
    format: DocumentFormat,
    to: &mut dyn Write,
    step: &mut EachStep<'_>,
) -> io::Result<()> {
    let [start, _, end] = format.frame();
    to.write_all(start.as_bytes())?;
    write_conversation(stored, records, format, to, step)?;
    to.write_all(end.as_bytes())
}

/// Writes a conversation, which is a part of a file; `records` are those of its answers.
pub(crate) fn write_conversation(
    stored: &StoredConversation,
    records: &[AnswerRecord],
    format: DocumentFormat,
    to: &mut dyn Write,
    step: &mut EachStep<'_>,
) -> io::Result<()> {
    match format {
        DocumentFormat::Markdown => write_markdown(stored, to, step),
        DocumentFormat::Html => write_html(stored, records, to, step),
        DocumentFormat::Json => stored.copy_record(to),
    }
}

fn write_markdown(
    stored: &StoredConversation,
    to: &mut dyn Write,
    step: &mut EachStep<'_>,
) -> io::Result<()> {
    let mut choice = MarkerChoice::default();
    choice.exclude(stored.about.title.text());
    stored.for_each_message(|message| {
        choice.exclude(&message.text);
        step(ExportStep::Examined)
    })?;
    let document = DocumentWriter::new(choice.marker());
    to.write_all(document.start(&stored.about).as_bytes())?;
    stored.for_each_message(|message| {
        step(ExportStep::Written)?;
        to.write_all(document.message(&message).as_bytes())
    })?;
    to.write_all(document.end().as_bytes())
}

fn write_html(
    stored: &StoredConversation,
    records: &[AnswerRecord],
    to: &mut dyn Write,
    step: &mut EachStep<'_>,
) -> io::Result<()> {
    to.write_all(html::page_start(&stored.about, stored.message_count).as_bytes())?;
    stored.for_each_message(|message| {
        step(ExportStep::Written)?;
        let note = AnswerRecord::early_end(records, &message);
        html::write_message(&message, note.as_slice(), &mut |html| to.write_all(html.as_bytes()))
    })?;
    to.write_all(html::PAGE_END.as_bytes())
}
