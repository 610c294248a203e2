//! Lines that give way to others are kept first.
//! May not change the shared file.

use crate::chat::branch::Branch;
use crate::chat::{Change, ConversationId};

use crate::store::engine::Store;
use crate::store::file::error::StoreError;
use crate::store::records::read;
use crate::store::state::Branches;

impl Store {
    /// Earlier lines of a conversation.
    #[must_use]
    pub fn branches(&self, id: &ConversationId) -> Vec<Branch> {
        Branches::of(&self.paths).read(id)
    }

    /// Keeps what a verb takes away from the visible line, before it does.
    pub(super) fn save_branch(&self, change: &Change, record: &str) -> Result<(), StoreError> {
        let Change::ReplaceTail { id, keep, removed, .. } = change else {
            return Ok(());
        };
        if removed.is_empty() {
            return Ok(());
        }
        let before = read::conversation(record, id, 0..record.len());
        let branches = Branches::of(&self.paths);
        branches.save(id, &before.messages, *keep).map_err(|error| {
            StoreError::io("written", &self.paths.state_folder().join("branches"), error)
        })
    }
}
