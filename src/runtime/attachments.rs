//! Attaches files to questions: reads them when they are named, copies them when the question is
//! stored, adds the copies to requests.

use std::collections::BTreeSet;
use std::path::Path;

use crate::api::ModelRequest;
use crate::chat::attachment::{Attachment, is_mentioned};
use crate::chat::logged_change::new_messages;
use crate::chat::text_encoding::TextEncoding;
use crate::chat::{Change, Failure, FailureKind, Message, Role, io_reason};
use crate::settings::Settings;
use crate::store::Attachments;
use crate::store::state::attachments::{self, AttachedFile};

use super::files;
use super::start::store_paths;

/// Adds the files that were attached to the questions of a request.
pub(super) fn add_files(settings: &Settings, request: &mut ModelRequest) {
    let stored = Attachments::in_folder(store_paths(settings).state_folder());
    let contexts = std::iter::once(&request.context).chain(&request.whole_context);
    request.attachments = stored.for_contexts(contexts);
}

/// Files to attach to the questions whose text mentions them.
#[derive(Debug)]
pub(crate) struct PendingAttachments {
    attachments: Attachments,
    paths: BTreeSet<String>,
}

impl PendingAttachments {
    /// Has no files yet; copies go into the private folder.
    pub(crate) fn empty(folder: &Path) -> Self {
        Self { attachments: Attachments::in_folder(folder), paths: BTreeSet::new() }
    }

    /// Adds a file and returns what it is.
    ///
    /// # Errors
    /// When the file cannot be attached.
    pub(crate) fn add(
        &mut self,
        path: &str,
        encoding: Option<TextEncoding>,
    ) -> Result<AttachedFile, Failure> {
        let file =
            attachments::read(&files::expand_path(path), encoding).map_err(attachment_failure)?;
        self.paths.insert(path.to_owned());
        Ok(file)
    }

    /// Adds those of some paths that are files; the others are ordinary words.
    pub(super) fn add_existing(&mut self, paths: Vec<String>) {
        self.paths.extend(paths.into_iter().filter(|path| files::expand_path(path).is_file()));
    }

    /// Copies the files that new questions among the changes mention.
    ///
    /// # Errors
    /// When one cannot be read or copied; then the question must not be sent.
    pub(super) fn store_for_changes(&self, changes: &[Change]) -> Result<(), Failure> {
        if self.paths.is_empty() {
            return Ok(());
        }
        let new = changes.iter().flat_map(new_messages);
        new.filter(|message| message.role == Role::User).try_for_each(|question| {
            let mentioned = self.paths.iter().filter(|path| is_mentioned(&question.text, path));
            // The encoding of a file was reported when it was attached.
            self.store_for_question(question, mentioned.map(String::as_str), None).map(drop)
        })
    }

    /// Copies files for a question. Returns a line about each that is not UTF-8; `encoding` is the one
    /// the user named.
    ///
    /// # Errors
    /// When one cannot be read or copied; then the question must not be sent.
    pub(crate) fn store_for_question<'a>(
        &self,
        question: &Message,
        paths: impl Iterator<Item = &'a str>,
        encoding: Option<TextEncoding>,
    ) -> Result<Vec<String>, Failure> {
        let read = attachments::read_all(paths.map(files::expand_path), encoding);
        let read = read.map_err(attachment_failure)?;
        if read.is_empty() {
            return Ok(Vec::new());
        }
        let lines =
            read.iter().filter(|_| encoding.is_none()).filter_map(AttachedFile::encoding_line);
        let lines = lines.collect();
        let files: Vec<Attachment> = read.into_iter().map(|file| file.attachment).collect();
        self.attachments.save(question, &files).map_err(|error| {
            let why = io_reason(&error);
            attachment_failure(format!("The attached files could not be recorded: {why}."))
        })?;
        Ok(lines)
    }
}

fn attachment_failure(sentence: String) -> Failure {
    let has_step = attachments::has_next_step(&sentence);
    let next_step = if has_step { "" } else { "Remove the file name, or choose another file." };
    Failure::new(FailureKind::Storage, sentence, next_step)
}
