//! Starts a search in the file as it is now.
//! May not look through it: each step is asked for by whoever shows what was found.

use crate::store::engine::{MAX_ATTEMPTS, OpenVersion, Store};
use crate::store::file::error::StoreError;
use crate::store::file::open_file;
use crate::store::search::{Query, Search};

impl Store {
    /// A search in the file as it is now. It holds that version open, and needs this store no more.
    ///
    /// # Errors
    /// When the file cannot be read or is not what it should be.
    pub fn search(&mut self, query: Query) -> Result<Search, StoreError> {
        for _ in 0..MAX_ATTEMPTS {
            let snapshot = open_file::open(&self.paths)?;
            self.open_current()?;
            let opened = snapshot.as_ref().map(open_file::OpenFile::identity);
            if let Some(known) =
                self.open_version.as_ref().filter(|known| OpenVersion::identity(known) == opened)
            {
                return Ok(Search::new(
                    self.paths.clone(),
                    snapshot,
                    known.index.unpacked(),
                    query,
                ));
            }
        }
        Err(StoreError::Contended(self.paths.chats_file()))
    }
}
