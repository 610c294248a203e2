//! Starts a search in the file as it is now.
//! May not look through it: each step is asked for by whoever shows what was found.

use crate::store::engine::{Known, Store, TRIES};
use crate::store::file::error::StoreError;
use crate::store::file::version;
use crate::store::search::{Query, Search};

impl Store {
    /// A search in the file as it is now. It holds that version open, and needs this store no more.
    ///
    /// # Errors
    /// When the file cannot be read or is not what it should be.
    pub fn search(&mut self, query: Query) -> Result<Search, StoreError> {
        for _ in 0..TRIES {
            let snapshot = version::open(&self.place)?;
            self.look()?;
            let opened = snapshot.as_ref().map(version::Snapshot::version);
            if let Some(known) = self.known.as_ref().filter(|known| Known::version(known) == opened)
            {
                return Ok(Search::new(self.place.clone(), snapshot, known.table.index(), query));
            }
        }
        Err(StoreError::Restless(self.place.file()))
    }
}
