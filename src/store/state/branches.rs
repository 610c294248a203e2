//! The branches of conversations that are not visible: the shared file holds only the visible one.

use std::io;

use crate::chat::branch::{self, Branch};
use crate::chat::{ConversationId, Message};

use super::conversation_files::ConversationFiles;
use crate::store::file::store_paths::StorePaths;

/// The branches of one user's conversations.
#[derive(Debug)]
pub struct Branches(ConversationFiles<Branch>);

impl Branches {
    /// Those of the user that `paths` are for.
    #[must_use]
    pub fn of(paths: &StorePaths) -> Self {
        Self(ConversationFiles::in_folder(paths.state_folder().join("branches")))
    }

    /// The branches of a conversation; none where its file cannot be read.
    #[must_use]
    pub fn read(&self, id: &ConversationId) -> Vec<Branch> {
        self.0.read(id)
    }

    /// Keeps the messages after the first `keep` visible ones; they are on disk before this returns.
    ///
    /// # Errors
    /// When they cannot be written; the visible branch must not be changed then.
    pub fn save(&self, id: &ConversationId, visible: &[Message], keep: usize) -> io::Result<()> {
        let predecessor = keep.checked_sub(1).and_then(|position| visible.get(position));
        let branch = visible.get(keep..).unwrap_or_default();
        self.0.update(id, |branches| branch::save_branch(branches, predecessor, branch))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::chat::Timestamp;

    #[test]
    fn unreadable_branches_stop_the_change_and_damaged_ones_are_moved_aside() {
        let folder = tempfile::tempdir().unwrap();
        let branches = Branches(ConversationFiles::in_folder(folder.path().join("branches")));
        let id = ConversationId::new("a");
        let question = [Message::question("q", Timestamp::from_seconds(1))];
        branches.save(&id, &question, 0).unwrap();
        assert_eq!(branches.read(&id).len(), 1);
        let path = branches.0.file(&id).path().to_path_buf();
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
    fn conversations_that_share_a_file_keep_separate_branches() {
        let folder = tempfile::tempdir().unwrap();
        let branches = Branches(ConversationFiles::in_folder(folder.path().join("branches")));
        let id = |end: &str| ConversationId::new("x".repeat(100) + end);
        branches.save(&id("a"), &[Message::question("q", Timestamp::from_seconds(1))], 0).unwrap();
        assert_eq!((branches.read(&id("a")).len(), branches.read(&id("b")).len()), (1, 0));
    }
}
