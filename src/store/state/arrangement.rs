//! How one user arranged the list: pins, archive, width. The web app knows nothing of it.

use std::io;

use crate::chat::arrangement::{Arrangement, ArrangementChange};

use super::state_file::StateFile;
use crate::store::file::store_paths::StorePaths;

/// The file with the arrangement of one user's list.
#[derive(Debug)]
pub struct ArrangementFile(StateFile<Arrangement>);

impl ArrangementFile {
    /// That of the user that `paths` are for.
    #[must_use]
    pub fn of(paths: &StorePaths) -> Self {
        Self(StateFile::at(paths.state_folder().join("arrangement.json")))
    }

    /// The arrangement as it is now.
    ///
    /// # Errors
    /// When the file is there and cannot be read.
    pub fn read(&self) -> io::Result<Arrangement> {
        self.0.read()
    }

    /// Makes one change and returns the arrangement after it.
    ///
    /// # Errors
    /// When it cannot be read or written; it is unchanged then.
    pub fn apply(&self, change: &ArrangementChange) -> io::Result<Arrangement> {
        self.0.update(|arrangement| {
            arrangement.apply(change);
            arrangement.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::ConversationId;

    #[test]
    fn changes_of_two_terminals_add_up() {
        let folder = tempfile::tempdir().unwrap();
        let file = || ArrangementFile(StateFile::at(folder.path().join("arrangement.json")));
        let (one, other) = (file(), file());
        one.apply(&ArrangementChange::Pin(ConversationId::new("a"))).unwrap();
        other.apply(&ArrangementChange::Archive(ConversationId::new("b"))).unwrap();
        one.apply(&ArrangementChange::ListWidth(40)).unwrap();
        let all = other.read().unwrap();
        assert_eq!((all.pinned.len(), all.archived.len(), all.list_width), (1, 1, Some(40)));
    }
}
