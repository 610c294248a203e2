//! Writes a stored conversation as a document, message by message.

use std::io::{self, Write};

use crate::chat::AnswerRecord;
use crate::exchange::html;
use crate::exchange::markdown::{DocumentWriter, MarkerChoice};
use crate::store::StoredConversation;

/// What a conversation is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DocumentFormat {
    /// Text with front matter, which can be imported again.
    Markdown,
    /// A self-contained page.
    Html,
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

/// Writes a conversation; `records` are those of its answers.
pub(crate) fn write_document(
    stored: &StoredConversation,
    records: &[AnswerRecord],
    format: DocumentFormat,
    to: &mut dyn Write,
    step: &mut EachStep<'_>,
) -> io::Result<()> {
    match format {
        DocumentFormat::Markdown => write_markdown(stored, to, step),
        DocumentFormat::Html => write_html(stored, records, to, step),
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
