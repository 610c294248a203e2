//! Where a draft reads the records it changes.

use std::ops::Range;
use std::path::PathBuf;

use crate::store::file::error::VersionError;
use crate::store::index::IndexEntry;
use crate::store::records::record_text::{Extent, RecordText};

/// Gives the text of a record that the draft needs.
pub trait RecordSource {
    /// The path of the file, for errors.
    fn path(&self) -> PathBuf;

    /// The text of a record's value, or as much of it as is needed.
    ///
    /// # Errors
    /// When it cannot be read.
    fn read_value(&self, entry: &IndexEntry, extent: Extent) -> Result<RecordText, VersionError>;

    /// A part of the file.
    ///
    /// # Errors
    /// When it cannot be read.
    fn read_text(&self, range: Range<usize>) -> Result<String, VersionError>;
}
