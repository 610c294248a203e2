//! Where a draft reads the records it changes, and why it cannot be made.

use std::ops::Range;
use std::path::PathBuf;

use crate::store::file::error::StoreError;
use crate::store::index::IndexEntry;
use crate::store::records::record_text::{Extent, RecordText};

/// Gives the text of a record that the draft needs; `None` where the file is not what its table of
/// contents says.
pub trait RecordSource {
    /// The path of the file, for errors.
    fn path(&self) -> PathBuf;

    /// The text of a record's value, or as much of it as is needed.
    ///
    /// # Errors
    /// When it cannot be read.
    fn read_value(
        &self,
        entry: &IndexEntry,
        extent: Extent,
    ) -> Result<Option<RecordText>, StoreError>;

    /// A part of the file.
    ///
    /// # Errors
    /// When it cannot be read.
    fn read_text(&self, range: Range<usize>) -> Result<Option<String>, StoreError>;
}

/// Why a draft could not be made.
#[derive(Debug)]
pub enum DraftError {
    /// The file is not what its table of contents says, which has to be read again.
    StaleIndex,
    /// A record cannot be read, or a change not be applied to it.
    Store(StoreError),
}

impl From<StoreError> for DraftError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}
