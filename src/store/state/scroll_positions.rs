//! Scroll positions of conversations. Without the file each opens at its end.

use std::io;
use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::chat::{ConversationId, ScrollAnchor};

use super::state_file::StateFile;

/// How many positions are kept: those of the conversations left last.
const MAX_POSITIONS: usize = 500;

/// The scroll positions of one user, in the order in which conversations were left.
#[derive(Debug)]
pub struct ScrollPositions(StateFile<Vec<ScrollPositionEntry>>);

#[derive(Debug, Clone, Serialize, Deserialize)]
struct ScrollPositionEntry {
    conversation: ConversationId,
    #[serde(flatten)]
    anchor: ScrollAnchor,
}

impl ScrollPositions {
    /// The positions in a private folder, which may not exist yet.
    #[must_use]
    pub fn in_folder(folder: &Path) -> Self {
        Self(StateFile::at(folder.join("scroll_positions.json")))
    }

    /// Every position.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn all(&self) -> io::Result<Vec<(ConversationId, ScrollAnchor)>> {
        Ok(self.0.read()?.into_iter().map(|it| (it.conversation, it.anchor)).collect())
    }

    /// Saves a position; `None` lets the conversation open at its end again.
    ///
    /// # Errors
    /// When it cannot be written; all positions are unchanged then.
    pub fn save(&self, id: &ConversationId, anchor: Option<ScrollAnchor>) -> io::Result<()> {
        self.0.update(|all| {
            all.retain(|it| it.conversation != *id);
            let conversation = id.clone();
            all.extend(anchor.map(|anchor| ScrollPositionEntry { conversation, anchor }));
            all.drain(..all.len().saturating_sub(MAX_POSITIONS));
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::Timestamp;

    fn anchor(message: usize) -> ScrollAnchor {
        ScrollAnchor { message, at: Timestamp::from_seconds(1), byte: 7 }
    }

    #[test]
    fn positions_survive_a_restart_and_only_the_latest_are_kept() {
        let folder = tempfile::tempdir().unwrap();
        let positions = || ScrollPositions::in_folder(&folder.path().join("state"));
        assert!(positions().all().unwrap().is_empty());
        for number in 0..MAX_POSITIONS + 3 {
            let id = ConversationId::new(number.to_string());
            positions().save(&id, Some(anchor(number))).unwrap();
        }
        let all = positions().all().unwrap();
        assert_eq!((all.len(), all[0].1), (MAX_POSITIONS, anchor(3)));
        positions().save(&ConversationId::new("5"), None).unwrap();
        positions().save(&ConversationId::new("6"), Some(anchor(1))).unwrap();
        let all = positions().all().unwrap();
        assert_eq!(all.len(), MAX_POSITIONS - 1);
        assert_eq!(all.last(), Some(&(ConversationId::new("6"), anchor(1))));
    }
}
