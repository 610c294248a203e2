//! Conversations in the very bytes the file has them in, for copies of them.
//! May not change anything.

use crate::chat::ConversationId;

use crate::store::engine::{MAX_ATTEMPTS, Store};
use crate::store::file::error::StoreError;

impl Store {
    /// A conversation's key and value as they stand in the file.
    ///
    /// # Errors
    /// When the file cannot be read, or has no such conversation.
    pub fn raw_record(&mut self, id: &ConversationId) -> Result<String, StoreError> {
        for _ in 0..MAX_ATTEMPTS {
            self.open_current()?;
            let Some(known) = &self.open_version else { continue };
            let entry =
                known.index.entry(id).ok_or_else(|| StoreError::NotFound(id.to_string()))?;
            match self.record_member(known, &entry)? {
                Some(member) => return Ok(member),
                None => self.discard_version(),
            }
        }
        Err(StoreError::Contended(self.paths.chats_file()))
    }
}
