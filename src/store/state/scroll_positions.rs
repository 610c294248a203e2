//! Where somebody was reading in each conversation, from one run to the next.
//! May not be needed: without it a conversation opens at its end.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::chat::{ConversationId, ReadingPlace};

use super::state_file::StateFile;

/// Conversations whose positions are kept: those left last.
const MOST: usize = 500;

/// The scroll positions of one user, in the order conversations were left.
#[derive(Debug)]
pub struct ScrollPositions(StateFile<Vec<ScrollPosition>>);

#[derive(Debug, Clone, Serialize, Deserialize)]
struct ScrollPosition {
    conversation: ConversationId,
    #[serde(flatten)]
    place: ReadingPlace,
}

impl ScrollPositions {
    /// The positions kept in a folder, which may not exist yet.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self(StateFile::at(folder.join("scroll_positions.json")))
    }

    /// Every position.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn all(&self) -> io::Result<Vec<(ConversationId, ReadingPlace)>> {
        Ok(self.0.read()?.into_iter().map(|it| (it.conversation, it.place)).collect())
    }

    /// Keeps a position; without one the conversation opens at its end again.
    ///
    /// # Errors
    /// When it cannot be written; then everything is as it was.
    pub fn keep(&self, of: &ConversationId, place: Option<ReadingPlace>) -> io::Result<()> {
        self.0.update(|all| {
            all.retain(|it| it.conversation != *of);
            all.extend(place.map(|place| ScrollPosition { conversation: of.clone(), place }));
            all.drain(..all.len().saturating_sub(MOST));
        })
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
    fn positions_outlive_the_program_and_only_the_latest_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let positions = || ScrollPositions::in_folder(&folder.path().join("state"));
        assert!(positions().all().unwrap().is_empty());
        for number in 0..MOST + 3 {
            let id = ConversationId::new(number.to_string());
            positions().keep(&id, Some(place(number))).unwrap();
        }
        let all = positions().all().unwrap();
        assert_eq!((all.len(), all[0].1), (MOST, place(3)));
        positions().keep(&ConversationId::new("5"), None).unwrap();
        positions().keep(&ConversationId::new("6"), Some(place(1))).unwrap();
        let all = positions().all().unwrap();
        assert_eq!(all.len(), MOST - 1);
        assert_eq!(all.last(), Some(&(ConversationId::new("6"), place(1))));
    }
}
