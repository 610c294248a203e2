//! Where somebody was reading, kept across restarts: one small private file in the state folder.
//! May not grow without end; without it a conversation opens at its end.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::chat::{ConversationId, ReadingPlace};

use super::{lock, private};

/// Conversations whose places are kept: those left last.
const MOST: usize = 500;

/// The places of one user.
#[derive(Debug)]
pub struct Places {
    path: PathBuf,
}

/// One place; the file holds them in the order conversations were left.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Line {
    conversation: ConversationId,
    #[serde(flatten)]
    place: ReadingPlace,
}

impl Places {
    /// The places kept in a folder, which may not exist yet.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self { path: folder.join("places.json") }
    }

    /// Every place.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn all(&self) -> io::Result<Vec<(ConversationId, ReadingPlace)>> {
        let lines = self.read()?.into_iter();
        Ok(lines.map(|line| (line.conversation, line.place)).collect())
    }

    /// Keeps a place; without one the conversation opens at its end again.
    ///
    /// # Errors
    /// When it cannot be written; then everything is as it was.
    pub fn keep(&self, of: &ConversationId, place: Option<ReadingPlace>) -> io::Result<()> {
        private::make_folder(self.path.parent().unwrap_or(Path::new(".")))?;
        let _held = lock::take(&self.path.with_extension("lock")).map_err(io::Error::other)?;
        let mut lines = self.read()?;
        let before = lines.len();
        lines.retain(|line| line.conversation != *of);
        if place.is_none() && lines.len() == before {
            return Ok(());
        }
        lines.extend(place.map(|place| Line { conversation: of.clone(), place }));
        lines.drain(..lines.len().saturating_sub(MOST));
        private::replace(&self.path, &lines)
    }

    fn read(&self) -> io::Result<Vec<Line>> {
        Ok(private::read(&self.path)?.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Timestamp;

    fn place(message: usize) -> ReadingPlace {
        ReadingPlace { message, at: Timestamp::from_seconds(1), byte: 7 }
    }

    #[test]
    fn places_outlive_the_program_and_only_the_latest_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let places = || Places::in_folder(&folder.path().join("state"));
        assert!(places().all().unwrap().is_empty());
        for number in 0..MOST + 3 {
            let id = ConversationId::new(number.to_string());
            places().keep(&id, Some(place(number))).unwrap();
        }
        let all = places().all().unwrap();
        assert_eq!((all.len(), all[0].1), (MOST, place(3)));
        places().keep(&ConversationId::new("5"), None).unwrap();
        places().keep(&ConversationId::new("6"), Some(place(1))).unwrap();
        let all = places().all().unwrap();
        assert_eq!(all.len(), MOST - 1);
        assert_eq!(all.last(), Some(&(ConversationId::new("6"), place(1))));
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_can_see_what_is_read() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        let places = Places::in_folder(folder.path());
        places.keep(&ConversationId::new("a"), Some(place(1))).unwrap();
        let mode = std::fs::metadata(&places.path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
