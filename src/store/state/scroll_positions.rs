//! Where somebody was reading in each conversation, from one run to the next.
//! May not be needed: without it a conversation opens at its end.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::chat::{ConversationId, ScrollAnchor};

use super::state_file::StateFile;

/// Conversations whose positions are kept: those left last.
const MAX_POSITIONS: usize = 500;

/// The scroll positions of one user, in the order conversations were left.
#[derive(Debug)]
pub struct ScrollPositions(StateFile<Vec<ScrollPositionEntry>>);

#[derive(Debug, Clone, Serialize, Deserialize)]
struct ScrollPositionEntry {
    conversation: ConversationId,
    #[serde(flatten)]
    place: ScrollAnchor,
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
    pub fn all(&self) -> io::Result<Vec<(ConversationId, ScrollAnchor)>> {
        Ok(self.0.read()?.into_iter().map(|it| (it.conversation, it.place)).collect())
    }

    /// Keeps a position; without one the conversation opens at its end again.
    ///
    /// # Errors
    /// When it cannot be written; then everything is as it was.
    pub fn save(&self, of: &ConversationId, place: Option<ScrollAnchor>) -> io::Result<()> {
        self.0.update(|all| {
            all.retain(|it| it.conversation != *of);
            all.extend(place.map(|place| ScrollPositionEntry { conversation: of.clone(), place }));
            all.drain(..all.len().saturating_sub(MAX_POSITIONS));
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Timestamp;

    fn place(message: usize) -> ScrollAnchor {
        ScrollAnchor { message, at: Timestamp::from_seconds(1), byte: 7 }
    }

    #[test]
    fn positions_outlive_the_program_and_only_the_latest_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let positions = || ScrollPositions::in_folder(&folder.path().join("state"));
        assert!(positions().all().unwrap().is_empty());
        for number in 0..MAX_POSITIONS + 3 {
            let id = ConversationId::new(number.to_string());
            positions().save(&id, Some(place(number))).unwrap();
        }
        let all = positions().all().unwrap();
        assert_eq!((all.len(), all[0].1), (MAX_POSITIONS, place(3)));
        positions().save(&ConversationId::new("5"), None).unwrap();
        positions().save(&ConversationId::new("6"), Some(place(1))).unwrap();
        let all = positions().all().unwrap();
        assert_eq!(all.len(), MAX_POSITIONS - 1);
        assert_eq!(all.last(), Some(&(ConversationId::new("6"), place(1))));
    }
}
