//! The files that go with a question: checked when they are named, stored with the question.

use crate::chat::text_encoding::TextEncoding;
use crate::chat::{Change, Failure, attachment};
use crate::runtime;
use crate::runtime::attachments::PendingAttachments;
use crate::settings::Settings;

use super::error::CliError;
use super::output;

/// The files that go with a question.
#[derive(Debug, Default)]
pub(crate) struct AttachedFiles {
    pub(crate) paths: Vec<String>,
    /// The encoding of their text, where the user named it.
    pub(crate) encoding: Option<TextEncoding>,
}

/// Returns the size of a file in bytes; fails where it cannot go with a question.
pub(super) fn check(
    settings: &Settings,
    path: &str,
    encoding: Option<TextEncoding>,
) -> Result<u64, CliError> {
    Ok(pending(settings).add(path, encoding)?.bytes)
}

/// Stores the files of a question; `changes` are those that store the question itself.
pub(super) fn store(
    settings: &Settings,
    changes: &[Change],
    files: &AttachedFiles,
) -> Result<(), Failure> {
    if let Some(Change::Append { message, .. }) = changes.last() {
        let paths = files.paths.iter().map(String::as_str);
        for line in pending(settings).store_for_question(message, paths, files.encoding)? {
            output::print_message(&line);
        }
    }
    Ok(())
}

/// Mentions each file the text does not mention yet: only text is stored, and mentions name the files.
pub(super) fn add_mentions(mut text: String, files: &[String]) -> String {
    for path in files {
        if !attachment::is_mentioned(&text, path) {
            let separator = if text.is_empty() { "" } else { "\n\n" };
            text.push_str(&format!("{separator}{}", attachment::mention_text(path)));
        }
    }
    text
}

fn pending(settings: &Settings) -> PendingAttachments {
    PendingAttachments::empty(runtime::start::store_paths(settings).state_folder())
}
