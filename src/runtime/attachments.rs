//! The files that go with questions: looked at when named, kept when asked, sent with requests.
//! May not change a question's text.

use std::collections::BTreeSet;
use std::path::Path;

use crate::api::ModelRequest;
use crate::chat::attachment::is_mentioned;
use crate::chat::{Change, Failure, FailureKind, Message, Role};
use crate::settings::Settings;
use crate::store::Attachments;
use crate::store::state::attachments;

use crate::runtime::files;
use crate::runtime::start::store_paths;

/// Puts the files that went with its questions into a request.
pub fn add_files(settings: &Settings, request: &mut ModelRequest) {
    let kept = Attachments::in_folder(store_paths(settings).state_folder());
    let contexts = std::iter::once(&request.context).chain(&request.fallback);
    request.attachments = kept.for_contexts(contexts);
}

/// Files that were named to go with questions whose text mentions them.
#[derive(Debug)]
pub struct PendingAttachments {
    attachments: Attachments,
    paths: BTreeSet<String>,
}

impl PendingAttachments {
    /// None yet; what goes with questions is kept in a folder.
    #[must_use]
    pub fn empty(folder: &Path) -> Self {
        Self { attachments: Attachments::in_folder(folder), paths: BTreeSet::new() }
    }

    /// Names a file; tells how large it is.
    ///
    /// # Errors
    /// When it can go with no question.
    pub fn add(&mut self, path: &str) -> Result<u64, Failure> {
        let (_, bytes) =
            attachments::read(&files::expand_path(path)).map_err(attachment_failure)?;
        self.paths.insert(path.to_owned());
        Ok(bytes)
    }

    /// Names those of some paths that are files; the others are words like any other.
    pub fn add_existing(&mut self, paths: Vec<String>) {
        let there = paths.into_iter().filter(|path| files::expand_path(path).is_file());
        self.paths.extend(there);
    }

    /// Keeps the files the new questions among some changes mention, as they are now.
    ///
    /// # Errors
    /// When one cannot be read or kept; then the question must not be sent.
    pub fn store_for_changes(&self, changes: &[Change]) -> Result<(), Failure> {
        if self.paths.is_empty() {
            return Ok(());
        }
        changes.iter().flat_map(new_questions).try_for_each(|question| {
            let mentioned = self.paths.iter().filter(|path| is_mentioned(&question.text, path));
            self.store_for_question(question, mentioned.map(String::as_str))
        })
    }

    /// Keeps files for a question.
    ///
    /// # Errors
    /// When one cannot be read or kept; then the question must not be sent.
    pub fn store_for_question<'a>(
        &self,
        question: &Message,
        paths: impl Iterator<Item = &'a str>,
    ) -> Result<(), Failure> {
        let files =
            attachments::read_all(paths.map(files::expand_path)).map_err(attachment_failure)?;
        if files.is_empty() {
            return Ok(());
        }
        self.attachments.save(question, &files).map_err(|error| {
            attachment_failure(format!("What goes with the question cannot be kept ({error})."))
        })
    }
}

fn new_questions(change: &Change) -> Vec<&Message> {
    let messages = match change {
        Change::Append { message, .. } => std::slice::from_ref(message),
        Change::ReplaceTail { messages, .. } => messages.as_slice(),
        _ => &[],
    };
    messages.iter().filter(|message| message.role == Role::User).collect()
}

fn attachment_failure(sentence: String) -> Failure {
    Failure::new(FailureKind::Storage, sentence, "Take it out, or name another file.")
}
