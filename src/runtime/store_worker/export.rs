//! Writes a conversation to a new file: a web page where the name ends in `.html`, else Markdown.

use std::fs::OpenOptions;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use crate::chat::{Conversation, ConversationId, Failure, FailureKind, Readability};
use crate::exchange::file_name::FileNames;
use crate::exchange::{html, markdown};
use crate::store::{Store, StoreError};

/// How many names are tried for a conversation when files of its name exist.
const MAX_NAME_ATTEMPTS: u32 = 1000;

/// Writes to `path`, or to a file in the working folder named after the title. Returns the absolute
/// path. Never replaces a file.
pub(super) fn export(
    store: &mut Store,
    id: &ConversationId,
    path: Option<&str>,
) -> Result<PathBuf, Failure> {
    let conversation = store.conversation(id).map_err(|error| error.to_failure())?;
    if let Readability::Damaged(reason) = &conversation.readability {
        return Err(StoreError::Damaged(reason.clone()).to_failure());
    }
    let notes = store.early_ends(&conversation);
    let written = match path {
        Some(path) => write_new(PathBuf::from(path), &conversation, &notes),
        None => write_to_free_name(&conversation, &notes),
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
    conversation: &Conversation,
    notes: &[(usize, String)],
) -> io::Result<PathBuf> {
    let mut names = FileNames::default();
    for _ in 0..MAX_NAME_ATTEMPTS {
        let path =
            PathBuf::from(names.next_name(&conversation.id, conversation.title.text(), "md"));
        match write_new(path, conversation, notes) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            written => return written,
        }
    }
    Err(ErrorKind::AlreadyExists.into())
}

fn write_new(
    path: PathBuf,
    conversation: &Conversation,
    notes: &[(usize, String)],
) -> io::Result<PathBuf> {
    let text = match extension(&path).as_deref() {
        Some("html" | "htm") => html::render_page(conversation, notes),
        _ => markdown::write_document(conversation),
    };
    let mut file = OpenOptions::new().write(true).create_new(true).open(&path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    Ok(path)
}

fn extension(path: &Path) -> Option<String> {
    path.extension().map(|extension| extension.to_string_lossy().to_ascii_lowercase())
}
