//! Earlier lines of conversations, beside the shared file: it only ever holds the visible one.
//! May not decide which line is visible.

use std::fmt::Write as _;
use std::io;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::chat::branch::{self, Branch};
use crate::chat::{ConversationId, Message};

use super::place::Place;
use super::private;

/// The branches of one user's conversations.
#[derive(Debug)]
pub struct Branches {
    folder: PathBuf,
}

/// A conversation's file.
#[derive(Serialize, Deserialize)]
struct Content {
    conversation: ConversationId,
    branches: Vec<Branch>,
}

impl Branches {
    /// The branches beside a shared file.
    #[must_use]
    pub fn of(place: &Place) -> Self {
        Self { folder: place.state().join("branches") }
    }

    /// The branches of a conversation; none where nothing can be read.
    #[must_use]
    pub fn read(&self, id: &ConversationId) -> Vec<Branch> {
        self.known(id).unwrap_or_else(|error| {
            tracing::warn!(%error, "branches cannot be read");
            Vec::new()
        })
    }

    /// Keeps the line behind the first `keep` visible messages; it is on disk before this returns.
    ///
    /// # Errors
    /// When it cannot be written; then the visible line must stay as it is.
    pub fn keep(&self, id: &ConversationId, visible: &[Message], keep: usize) -> io::Result<()> {
        let mut branches = self.known(id)?;
        let behind = keep.checked_sub(1).and_then(|place| visible.get(place));
        branch::remember(&mut branches, behind, visible.get(keep..).unwrap_or_default());
        private::replace(&self.path(id), &Content { conversation: id.clone(), branches })
    }

    fn known(&self, id: &ConversationId) -> io::Result<Vec<Branch>> {
        match private::read::<Content>(&self.path(id))? {
            None => Ok(Vec::new()),
            Some(content) if content.conversation == *id => Ok(content.branches),
            // Two ids of more than a hundred bytes that begin alike: the other one's stay.
            Some(_) => Err(io::Error::other("another conversation has this file")),
        }
    }

    /// The file of a conversation: named by the beginning of its id in hexadecimal, because an id
    /// can hold anything.
    fn path(&self, id: &ConversationId) -> PathBuf {
        let mut name = String::new();
        for byte in id.as_str().bytes().take(100) {
            // Writing to a String cannot fail.
            let _ = write!(name, "{byte:02x}");
        }
        self.folder.join(format!("{name}.json"))
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::path::Path;

    use super::*;
    use crate::chat::{Change, Timestamp};
    use crate::settings::UserName;
    use crate::store::{Folder, Store};

    fn place(folder: &Path) -> Place {
        let user = UserName::new("ann").unwrap();
        Place::new(&folder.join("chats"), user, Folder::Own, &folder.join("state"))
    }

    #[test]
    fn a_line_that_gives_way_in_the_shared_file_is_kept_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let at = Timestamp::from_seconds(1);
        let id = ConversationId::new("a/../b");
        let mut store = Store::open(place(folder.path()), at).unwrap().store;
        let (question, answer) = (Message::question("q", at), Message::answer("a", at, None));
        let changes = [
            Change::Create { id: id.clone(), title: "T".into(), at },
            Change::Append { id: id.clone(), message: question.clone() },
            Change::Append { id: id.clone(), message: answer.clone() },
            Change::ReplaceTail {
                id: id.clone(),
                keep: 1,
                removed: vec![answer.clone()],
                messages: Vec::new(),
                at,
            },
        ];
        for change in changes {
            store.apply(&change, at).unwrap();
        }
        assert_eq!(store.conversation(&id).unwrap().messages, [question]);
        let branches = store.branches(&id);
        assert_eq!(branches.len(), 1);
        assert_eq!(branches[0].messages, [answer]);
    }

    #[test]
    fn a_file_of_branches_that_cannot_be_read_stops_the_change_and_a_broken_one_is_set_aside() {
        let folder = tempfile::tempdir().unwrap();
        let branches = Branches::of(&place(folder.path()));
        let id = ConversationId::new("a");
        branches.keep(&id, &[Message::question("q", Timestamp::from_seconds(1))], 0).unwrap();
        assert_eq!(branches.read(&id).len(), 1);
        fs::write(branches.path(&id), "{").unwrap();
        assert!(branches.read(&id).is_empty());
        let aside = branches.path(&id).with_extension("json.broken");
        assert_eq!(fs::read_to_string(aside).unwrap(), "{");
        fs::create_dir(branches.path(&id)).unwrap();
        assert!(
            branches.keep(&id, &[Message::question("q", Timestamp::from_seconds(1))], 0).is_err()
        );
    }
}
