//! Writes a conversation to a new file: a web page where the name ends in `.html`, else Markdown.

use std::fs::{self, OpenOptions};
use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::chat::{AnswerRecord, Conversation, ConversationId, Failure, FailureKind, Readability};
use crate::exchange::file_name::FileNames;
use crate::runtime::export::{self, DocumentFormat};
use crate::store::{Store, StoreError, StoredConversation};

/// How many names are tried for a conversation when files of its name exist.
const MAX_NAME_ATTEMPTS: u32 = 1000;

/// Writes to `path`, or to a file in the working folder named after the title. Returns the absolute
/// path. Never replaces a file.
pub(super) fn export(
    store: &mut Store,
    id: &ConversationId,
    path: Option<&str>,
) -> Result<PathBuf, Failure> {
    let conversation = store.stored_conversation(id).map_err(|error| error.to_failure())?;
    if let Readability::Damaged(reason) = &conversation.about.readability {
        return Err(StoreError::Damaged(reason.clone()).to_failure());
    }
    let records = store.answer_records(id);
    let written = match path {
        Some(path) => write_new(PathBuf::from(path), &conversation, &records),
        None => write_to_free_name(&conversation, &records),
    };
    written
        .map(|path| std::path::absolute(&path).unwrap_or(path))
        .map_err(|error| write_failure(&error))
}

fn write_failure(error: &io::Error) -> Failure {
    let sentence = match error.kind() {
        ErrorKind::AlreadyExists => "That file already exists.".to_owned(),
        _ => format!("The conversation could not be written: {error}."),
    };
    Failure::new(FailureKind::Storage, sentence, "Name another file with /export FILE.")
}

fn write_to_free_name(
    conversation: &StoredConversation,
    records: &[AnswerRecord],
) -> io::Result<PathBuf> {
    let mut names = FileNames::default();
    for _ in 0..MAX_NAME_ATTEMPTS {
        let Conversation { id, title, .. } = &conversation.about;
        let path = PathBuf::from(names.next_name(id, title.text(), "md"));
        match write_new(path, conversation, records) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            written => return written,
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

fn write_new(
    path: PathBuf,
    conversation: &StoredConversation,
    records: &[AnswerRecord],
) -> io::Result<PathBuf> {
    let format = match extension(&path).as_deref() {
        Some("html" | "htm") => DocumentFormat::Html,
        _ => DocumentFormat::Markdown,
    };
    let file = OpenOptions::new().write(true).create_new(true).open(&path)?;
    let mut buffered = BufWriter::new(&file);
    let written = export::write_document(conversation, records, format, &mut buffered, &mut || {})
        .and_then(|()| buffered.flush())
        .and_then(|()| file.sync_all());
    if written.is_err() {
        let _ = fs::remove_file(&path);
    }
    written.map(|()| path)
}

fn extension(path: &Path) -> Option<String> {
    path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase())
}
