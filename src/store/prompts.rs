//! Earlier prompts, to be called back: one private file that all terminals append to.
//! May not be needed for anything else: without it only the way back is shorter.

use std::fs::{self, OpenOptions};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use tempfile::Builder;

use super::drafts::private_folder;

/// Bytes at the end of the file that are read.
const READ: u64 = 1024 * 1024;
/// Bytes the file may grow to before its beginning is dropped.
const MOST: u64 = 4 * READ;
/// Bytes of a prompt that is worth calling back; a longer one is in its conversation.
const LONGEST: usize = 64 * 1024;

/// The earlier prompts of one user.
#[derive(Debug)]
pub struct Prompts {
    folder: PathBuf,
}

#[derive(Serialize, Deserialize)]
struct Line {
    text: String,
}

impl Prompts {
    /// The prompts kept in a folder, which may not exist yet.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self { folder: folder.to_path_buf() }
    }

    /// The latest prompts, oldest first, each once, where it was last used.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn latest(&self) -> io::Result<Vec<String>> {
        let mut file = match fs::File::open(self.path()) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(error),
        };
        let length = file.metadata()?.len();
        file.seek(io::SeekFrom::Start(length.saturating_sub(READ)))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        if length > MOST {
            self.shorten(&bytes)?;
        }
        Ok(last_of_each(
            bytes
                .split(|byte| *byte == b'\n')
                .filter_map(|line| serde_json::from_slice::<Line>(line).ok().map(|line| line.text)),
        ))
    }

    /// Adds a prompt.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&self, text: &str) -> io::Result<()> {
        if text.len() > LONGEST || text.trim().is_empty() {
            return Ok(());
        }
        private_folder(&self.folder)?;
        // The line break comes first: a line that a crash cut short must not swallow this one.
        let mut bytes = vec![b'\n'];
        serde_json::to_writer(&mut bytes, &Line { text: text.to_owned() })?;
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        // One write at the end of the file: lines of two terminals do not mix.
        options.open(self.path())?.write_all(&bytes)
    }

    /// Keeps a draft that is not being written any more: among the prompts, or, where it is too long
    /// to be called back, in a file of its own, whose path is told.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn keep_draft(&self, text: &str) -> io::Result<Option<PathBuf>> {
        if text.len() <= LONGEST {
            return self.add(text).map(|()| None);
        }
        let folder = self.folder.join("older-drafts");
        private_folder(&folder)?;
        let mut file = Builder::new().prefix("draft-").suffix(".txt").tempfile_in(&folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        Ok(Some(file.keep()?.1))
    }

    fn path(&self) -> PathBuf {
        self.folder.join("prompts.jsonl")
    }

    /// Keeps only the end. A prompt another terminal adds at this very moment may be missing here
    /// later on; it is in its conversation.
    fn shorten(&self, end: &[u8]) -> io::Result<()> {
        let mut file = Builder::new().prefix(".prompts.tmp.").tempfile_in(&self.folder)?;
        let begin = end.iter().position(|byte| *byte == b'\n').unwrap_or(0);
        file.write_all(end.get(begin..).unwrap_or_default())?;
        file.as_file().sync_all()?;
        file.persist(self.path())?;
        Ok(())
    }
}

/// Each text once, where it came last.
fn last_of_each(texts: impl DoubleEndedIterator<Item = String>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    let mut latest: Vec<String> = texts.rev().filter(|text| seen.insert(text.clone())).collect();
    latest.reverse();
    latest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prompts_come_back_in_order_each_once_where_it_was_used_last() {
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
    fn a_line_cut_short_costs_nothing_but_itself() {
        let folder = tempfile::tempdir().unwrap();
        let prompts = Prompts::in_folder(folder.path());
        prompts.add("whole").unwrap();
        let mut file = OpenOptions::new().append(true).open(prompts.path()).unwrap();
        file.write_all(b"\n{\"text\":\"cut sh").unwrap();
        prompts.add("next").unwrap();
        assert_eq!(prompts.latest().unwrap(), ["whole", "next"]);
    }

    #[test]
    fn the_file_stays_short_and_keeps_the_latest() {
        let folder = tempfile::tempdir().unwrap();
        let prompts = Prompts::in_folder(folder.path());
        let long = "x".repeat(LONGEST - 10);
        for step in 0..=(MOST / long.len() as u64) {
            prompts.add(&format!("{long}{step}")).unwrap();
        }
        let latest = prompts.latest().unwrap();
        assert!(latest.last().unwrap().ends_with(&format!("x{}", MOST / long.len() as u64)));
        assert!(fs::metadata(prompts.path()).unwrap().len() <= READ);
        assert_eq!(prompts.latest().unwrap().last(), latest.last());
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_read_prompts() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let prompts = Prompts::in_folder(folder.path());
        prompts.add("private").unwrap();
        let mode = fs::metadata(prompts.path()).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn a_draft_of_any_length_is_kept() {
        let folder = tempfile::tempdir().unwrap();
        let prompts = Prompts::in_folder(folder.path());
        let long = "x".repeat(LONGEST + 1);
        assert_eq!(prompts.keep_draft("short").unwrap(), None);
        let path = prompts.keep_draft(&long).unwrap().unwrap();
        assert_eq!(fs::read_to_string(path).unwrap(), long);
        assert_eq!(prompts.latest().unwrap(), ["short"]);
    }
}
