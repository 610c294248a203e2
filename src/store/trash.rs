//! Deleted conversations, to the byte, for thirty days.
//! May not decide what is deleted.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::chat::{ConversationId, Timestamp};

use super::place::Place;

/// How long something can be brought back, in seconds.
const KEPT: i64 = 30 * 24 * 60 * 60;

/// One deleted conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Deleted {
    /// Its key.
    pub id: ConversationId,
    /// Its title, for the notice.
    pub title: String,
    /// When it was deleted.
    pub at: Timestamp,
    /// Its member of the file, key and value, exactly as it was.
    pub member: String,
    /// The conversation that stood behind it.
    pub before: Option<ConversationId>,
}

/// The trash of one user.
#[derive(Debug)]
pub struct Trash {
    folder: PathBuf,
}

impl Trash {
    /// The trash beside a shared file.
    #[must_use]
    pub fn of(place: &Place) -> Self {
        Self { folder: place.state().join("trash") }
    }

    /// Puts a conversation in; it is on disk before this returns.
    ///
    /// # Errors
    /// When it cannot be written; then nothing may be deleted.
    pub fn put(&self, deleted: &Deleted) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let file = tempfile::Builder::new().prefix(".tmp.").tempfile_in(&self.folder)?;
        serde_json::to_writer(file.as_file(), deleted)?;
        file.as_file().sync_all()?;
        let place = self.names().last().map_or(0, |(number, _)| number.saturating_add(1));
        file.persist(self.folder.join(format!("{place:012}.json")))?;
        Ok(())
    }

    /// The conversation deleted last.
    #[must_use]
    pub fn last(&self) -> Option<(PathBuf, Deleted)> {
        self.names().into_iter().rev().find_map(|(_, path)| {
            let deleted = serde_json::from_slice(&fs::read(&path).ok()?).ok()?;
            Some((path, deleted))
        })
    }

    /// Forgets one that was brought back.
    pub fn remove(path: &Path) {
        // Left there, undo would find it is back already.
        let _ = fs::remove_file(path);
    }

    /// Forgets what was deleted over thirty days ago.
    pub fn empty_old(&self, now: Timestamp) {
        for (_, path) in self.names() {
            let deleted =
                fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
            if deleted.is_some_and(|deleted: Deleted| now.seconds_since(deleted.at) > KEPT) {
                Self::remove(&path);
            }
        }
    }

    fn names(&self) -> Vec<(u64, PathBuf)> {
        let entries = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut names: Vec<(u64, PathBuf)> = entries
            .map(|entry| entry.path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "json"))
            .filter_map(|path| Some((path.file_stem()?.to_str()?.parse().ok()?, path)))
            .collect();
        names.sort();
        names
    }
}
