//! Earlier branches of conversations, beside the shared file: it only ever holds the visible one.
//! May not decide which branch is visible.

use std::collections::BTreeMap;
use std::io;
use std::path::PathBuf;

use crate::chat::branch::{self, Branch};
use crate::chat::{ConversationId, Message};

use super::state_file::StateFile;
use crate::store::file::store_paths::StorePaths;

/// The branches of one user's conversations.
#[derive(Debug)]
pub struct Branches {
    folder: PathBuf,
}

/// A file's content: ids that begin alike share a file.
type BranchesById = BTreeMap<ConversationId, Vec<Branch>>;

impl Branches {
    /// The branches beside a shared file.
    #[must_use]
    pub fn of(place: &StorePaths) -> Self {
        Self { folder: place.state_folder().join("branches") }
    }

    /// The branches of a conversation; none where nothing can be read.
    #[must_use]
    pub fn read(&self, id: &ConversationId) -> Vec<Branch> {
        self.file(id).read_or_default().remove(id).unwrap_or_default()
    }

    /// Keeps what stands behind the first `keep` visible messages; it is on disk before this returns.
    ///
    /// # Errors
    /// When it cannot be written; then the visible branch must stay as it is.
    pub fn save(&self, id: &ConversationId, visible: &[Message], keep: usize) -> io::Result<()> {
        let behind = keep.checked_sub(1).and_then(|place| visible.get(place));
        let branch = visible.get(keep..).unwrap_or_default();
        self.file(id).update(|all| {
            branch::save_branch(all.entry(id.clone()).or_default(), behind, branch);
        })
    }

    fn file(&self, id: &ConversationId) -> StateFile<BranchesById> {
        StateFile::of_conversation(&self.folder, id)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::chat::Timestamp;

    #[test]
    fn branches_that_cannot_be_read_stop_the_change_and_damaged_ones_are_kept_aside() {
        let folder = tempfile::tempdir().unwrap();
        let branches = Branches { folder: folder.path().join("branches") };
        let id = ConversationId::new("a");
        let question = [Message::question("q", Timestamp::from_seconds(1))];
        branches.save(&id, &question, 0).unwrap();
        assert_eq!(branches.read(&id).len(), 1);
        let path = branches.file(&id).path().to_path_buf();
        fs::write(&path, "{").unwrap();
        assert!(branches.read(&id).is_empty());
        branches.save(&id, &question, 0).unwrap();
        assert_eq!(branches.read(&id).len(), 1);
        let aside = path.with_extension("json.broken");
        assert_eq!(fs::read_to_string(aside).unwrap(), "{");
        fs::remove_file(&path).unwrap();
        fs::create_dir(&path).unwrap();
        assert!(branches.save(&id, &question, 0).is_err());
    }

    #[test]
    fn ids_that_begin_alike_have_branches_of_their_own() {
        let folder = tempfile::tempdir().unwrap();
        let branches = Branches { folder: folder.path().join("branches") };
        let id = |end: &str| ConversationId::new("x".repeat(100) + end);
        branches.save(&id("a"), &[Message::question("q", Timestamp::from_seconds(1))], 0).unwrap();
        assert_eq!((branches.read(&id("a")).len(), branches.read(&id("b")).len()), (1, 0));
    }
}
