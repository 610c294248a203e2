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
        Branches::of(&self.place).read(id)
    }

    /// Keeps what a verb takes away from the visible line, before it does.
    pub(super) fn keep_branch(&self, change: &Change, record: &str) -> Result<(), StoreError> {
        let Change::ReplaceTail { id, keep, removed, .. } = change else {
            return Ok(());
        };
        if removed.is_empty() {
            return Ok(());
        }
        let before = read::conversation(record, id, 0..record.len());
        let branches = Branches::of(&self.place);
        branches
            .keep(id, &before.messages, *keep)
            .map_err(|error| StoreError::io("written", &self.place.state().join("branches"), error))
    }
}
