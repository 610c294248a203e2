//! The prompt history: one list for all terminals of a user.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::state_file::StateFile;
use crate::store::file::free_name;

/// How many bytes of prompts are kept, the latest ones.
const MAX_TOTAL_BYTES: usize = 1024 * 1024;
/// How long a prompt in the history may be, in bytes; a longer one is in its conversation.
const MAX_PROMPT_BYTES: usize = 64 * 1024;

/// The prompt history of one user.
#[derive(Debug)]
pub struct Prompts {
    folder: PathBuf,
    /// Oldest first; each prompt once, where it was used last.
    latest: StateFile<Vec<String>>,
}

impl Prompts {
    /// The history in a private folder, which may not exist yet.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        let latest = StateFile::at(folder.join("prompts.json"));
        Self { folder: folder.to_path_buf(), latest }
    }

    /// The history, oldest first; each prompt once, where it was used last.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn latest(&self) -> io::Result<Vec<String>> {
        self.latest.read()
    }

    /// Adds a prompt, unless it is blank or too long.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&self, text: &str) -> io::Result<()> {
        if text.len() > MAX_PROMPT_BYTES || text.trim().is_empty() {
            return Ok(());
        }
        self.latest.update(|prompts| {
            prompts.retain(|earlier| earlier != text);
            prompts.push(text.to_owned());
            let mut bytes = 0_usize;
            let fit = prompts.iter().rev().take_while(|prompt| {
                bytes = bytes.saturating_add(prompt.len());
                bytes <= MAX_TOTAL_BYTES
            });
            let over = prompts.len().saturating_sub(fit.count());
            prompts.drain(..over);
        })
    }

    /// Keeps a draft that was abandoned: in the history, or, where it is too long for that, in a file
    /// of its own, whose path is returned.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn save_draft(&self, text: &str) -> io::Result<Option<PathBuf>> {
        if text.len() <= MAX_PROMPT_BYTES {
            return self.add(text).map(|()| None);
        }
        let folder = self.folder.join("older-drafts");
        let path = |number| folder.join(format!("draft-{number}.txt"));
        free_name::write_private(&folder, path, |file| file.write_all(text.as_bytes())).map(Some)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_history_is_in_order_with_each_prompt_where_it_was_used_last() {
        let folder = tempfile::tempdir().unwrap();
        let prompts = Prompts::in_folder(&folder.path().join("new"));
        assert!(prompts.latest().unwrap().is_empty());
        for text in ["one", "two\nlines", "one", " "] {
            prompts.add(text).unwrap();
        }
        let again = Prompts::in_folder(&folder.path().join("new"));
        assert_eq!(again.latest().unwrap(), ["two\nlines", "one"]);
    }

    #[test]
    fn the_file_stays_short_and_keeps_the_latest() {
        let folder = tempfile::tempdir().unwrap();
        let prompts = Prompts::in_folder(folder.path());
        let long = "x".repeat(MAX_PROMPT_BYTES - 10);
        let many = 2 * MAX_TOTAL_BYTES / long.len();
        for step in 0..=many {
            prompts.add(&format!("{long}{step}")).unwrap();
        }
        let latest = prompts.latest().unwrap();
        assert!(latest.last().unwrap().ends_with(&format!("x{many}")));
        assert!(latest.len() > 10, "as many as there is room for");
        assert!(
            fs::metadata(prompts.latest.path()).unwrap().len() <= MAX_TOTAL_BYTES as u64 + 1000
        );
    }

    #[test]
    fn a_draft_of_any_length_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let prompts = Prompts::in_folder(folder.path());
        let long = "x".repeat(MAX_PROMPT_BYTES + 1);
        assert_eq!(prompts.save_draft("short").unwrap(), None);
        let path = prompts.save_draft(&long).unwrap().unwrap();
        assert_eq!(fs::read_to_string(path).unwrap(), long);
        assert_eq!(prompts.latest().unwrap(), ["short"]);
    }
}
