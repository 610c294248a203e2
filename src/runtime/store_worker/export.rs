//! A conversation written to a file of the user's: Markdown, or a page where the name ends so.
//! May not write over anything.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::app::StoreEvent;
use crate::chat::{Conversation, ConversationId, Failure, FailureKind, Readability};
use crate::exchange::file_name::FileNames;
use crate::exchange::{html, markdown};
use crate::store::StoreError;

use crate::runtime::store_worker::StoreWorker;

/// How many names are tried where a file has the first one.
const MAX_NAME_ATTEMPTS: u32 = 1000;

impl StoreWorker {
    /// Writes a conversation to a file; without a name, to one named after it in this folder.
    pub(super) fn export(&mut self, id: &ConversationId, wanted: Option<&str>) {
        let conversation = match self.store.conversation(id) {
            Ok(conversation) => conversation,
            Err(error) => return self.send_failure(&error),
        };
        if let Readability::Damaged(reason) = &conversation.readability {
            return self.send_failure(&StoreError::Damaged(reason.clone()));
        }
        let notes = self.store.early_ends(&conversation);
        let written = match wanted {
            Some(path) => {
                write_new(Path::new(path), &conversation, &notes).map(|()| PathBuf::from(path))
            }
            None => write_to_free_name(&conversation, &notes),
        };
        match written {
            Ok(path) => {
                let path = std::path::absolute(&path).unwrap_or(path);
                self.send_notice(format!("Written to {}.", path.display()));
            }
            Err(error) => {
                let next = "Name another file: /export FILE.";
                let said = match error.kind() {
                    io::ErrorKind::AlreadyExists => "That file is there already.".to_owned(),
                    _ => format!("The conversation could not be written: {error}."),
                };
                let failure = Failure::new(FailureKind::Storage, said, next);
                self.send(StoreEvent::NotChanged { about: None, failure });
            }
        }
    }
}

/// Writes to the first free name made of the title.
fn write_to_free_name(
    conversation: &Conversation,
    notes: &[(usize, String)],
) -> io::Result<PathBuf> {
    let mut names = FileNames::default();
    for _ in 0..MAX_NAME_ATTEMPTS {
        let path = PathBuf::from(names.next_name(&conversation.id, &conversation.title, "md"));
        match write_new(&path, conversation, notes) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            written => return written.map(|()| path),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn write_new(
    path: &Path,
    conversation: &Conversation,
    notes: &[(usize, String)],
) -> io::Result<()> {
    let ending = path.extension().map(std::ffi::OsStr::to_ascii_lowercase);
    let text = match ending.as_ref().and_then(|ending| ending.to_str()) {
        Some("html" | "htm") => html::render_page(conversation, notes),
        _ => markdown::write_document(conversation),
    };
    let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}
