//! Conversations in the very bytes the file has them in, for copies of them.
//! May not change anything.

use crate::chat::ConversationId;

use crate::store::engine::{Store, TRIES};
use crate::store::file::error::StoreError;

impl Store {
    /// A conversation's key and value as they stand in the file.
    ///
    /// # Errors
    /// When the file cannot be read, or has no such conversation.
    pub fn as_stored(&mut self, id: &ConversationId) -> Result<String, StoreError> {
        for _ in 0..TRIES {
            self.look()?;
            let Some(known) = &self.known else { continue };
            let entry = known.table.entry(id).ok_or_else(|| StoreError::Unknown(id.to_string()))?;
            match self.member(known, &entry)? {
                Some(member) => return Ok(member),
                None => self.distrust(),
            }
        }
        Err(StoreError::Restless(self.place.file()))
    }
}
