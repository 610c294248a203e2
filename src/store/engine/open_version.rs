//! One version of the shared file, held open with its index.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::chat::{Conversation, ConversationId};
use crate::settings::open_regular;

use crate::store::file::error::{StoreError, VersionError};
use crate::store::file::identity::FileIdentity;
use crate::store::file::open_file::{self, OpenFile};
use crate::store::file::store_paths::StorePaths;
use crate::store::index::{Index, IndexCache, IndexEntry, IndexError};
use crate::store::json::edit::{self, CopySource, Splice};
use crate::store::records::edits::draft::RecordSource;
use crate::store::records::read;
use crate::store::records::record_text::{Extent, RecordText};

/// What a missing file is read as.
const EMPTY_FILE: &str = "{}";

/// A version of the file, held open, with its index; without a file where there is none.
#[derive(Debug)]
pub(super) struct OpenVersion {
    /// Where it was found, for errors.
    path: PathBuf,
    pub file: Option<OpenFile>,
    pub index: Index,
}

impl OpenVersion {
    pub(super) const fn new(path: PathBuf, file: Option<OpenFile>, index: Index) -> Self {
        Self { path, file, index }
    }

    /// Opens the version that the shared file has now, with its index from the cache where that has it.
    pub(super) fn current(paths: &StorePaths) -> Result<Self, StoreError> {
        let path = paths.chats_file();
        let Some(file) = open_file::open(paths)? else {
            let index = Index { entries: Vec::new(), object: 0..EMPTY_FILE.len() };
            return Ok(Self::new(path, None, index));
        };
        let cache = IndexCache::of(paths);
        if let Some(index) = cache.load(&file) {
            return Ok(Self::new(path, Some(file), index));
        }
        let invalid = |error: IndexError| match error.describe(file.file()) {
            Ok(fault) => StoreError::InvalidFile(path.clone(), fault),
            Err(error) => StoreError::io("read", &path, error),
        };
        let index = Index::read_file(file.file()).map_err(invalid)?;
        // Written into while it was read, it may be neither the old version nor the new one.
        if file.is_unchanged().unwrap_or(false) {
            cache.save(&file, &index);
        }
        Ok(Self::new(path, Some(file), index))
    }

    /// Opens a version that was saved under another name.
    pub(super) fn from_file(path: &Path) -> io::Result<Self> {
        let file = open_regular(path)?;
        let index = Index::read_file(&file).map_err(|_| io::Error::other("it cannot be read"))?;
        Ok(Self::new(path.to_path_buf(), Some(OpenFile::of(file)?), index))
    }

    pub(super) fn identity(&self) -> Option<FileIdentity> {
        self.file.as_ref().map(OpenFile::identity)
    }

    /// Every record, also those whose key comes again later.
    pub(super) fn entries(&self) -> &[IndexEntry] {
        &self.index.entries
    }

    /// The records that count, by id.
    pub(super) fn entries_by_id(&self) -> HashMap<&ConversationId, &IndexEntry> {
        self.entries().iter().map(|entry| (entry.id(), entry)).collect()
    }

    /// A conversation of this version, even if another has replaced it.
    pub(super) fn conversation(&self, entry: &IndexEntry) -> Result<Conversation, StoreError> {
        let text = self.saved_text(entry.value.clone())?;
        Ok(read::conversation(&text, entry.id(), 0..text.len()))
    }

    /// A range of this version as text, even if another has replaced it.
    pub(super) fn saved_text(&self, range: Range<usize>) -> Result<String, StoreError> {
        let read = self.file.as_ref().map_or(Err(ErrorKind::NotFound.into()), |file| {
            String::from_utf8(file.read_range(range)?).map_err(|_| ErrorKind::InvalidData.into())
        });
        read.map_err(|error| self.read_error(error))
    }

    /// The text of a record, key included.
    pub(super) fn record_member(&self, entry: &IndexEntry) -> Result<String, VersionError> {
        self.member_without(entry, entry.member.end..entry.member.end)
    }

    /// The same without the bytes of a range.
    pub(super) fn member_without(
        &self,
        entry: &IndexEntry,
        skipped: Range<usize>,
    ) -> Result<String, VersionError> {
        let mut bytes = self.read_range(entry.member.start..skipped.start)?;
        bytes.extend_from_slice(&self.read_range(skipped.end..entry.member.end)?);
        let text = String::from_utf8(bytes).ok().filter(|text| entry.is_key_of(text));
        text.ok_or(VersionError::Stale)
    }

    /// A range of bytes; stale where the file was written into or is shorter.
    pub(super) fn read_range(&self, range: Range<usize>) -> Result<Vec<u8>, VersionError> {
        let file = self.file.as_ref().ok_or(VersionError::Stale)?;
        if !file.is_unchanged().map_err(|error| self.read_error(error))? {
            return Err(VersionError::Stale);
        }
        file.read_range(range).map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => VersionError::Stale,
            _ => self.read_error(error).into(),
        })
    }

    /// Checks that only the closing brace follows the last record.
    pub(super) fn check_end(&self) -> Result<(), VersionError> {
        let Some(last) = self.entries().last().filter(|_| self.file.is_some()) else {
            return Ok(());
        };
        let bytes = self.read_range(last.member.end..self.index.object.end)?;
        if bytes.trim_ascii() == b"}" { Ok(()) } else { Err(VersionError::Stale) }
    }

    /// The error of reading it.
    pub(super) fn read_error(&self, error: io::Error) -> StoreError {
        StoreError::io("read", &self.path, error)
    }

    /// Writes what this version becomes by splices; `other` is the file they copy pieces from.
    pub(super) fn write(
        &self,
        splices: &[Splice],
        other: Option<&File>,
        to: &mut File,
    ) -> io::Result<()> {
        match &self.file {
            Some(file) => {
                let length = usize::try_from(file.identity().size()).unwrap_or(usize::MAX);
                edit::copy_spliced(CopySource { file: file.file(), length, other }, splices, to)
            }
            // An empty object is replaced as a whole.
            None => {
                splices.iter().try_for_each(|splice| edit::write_pieces(&splice.pieces, other, to))
            }
        }
    }
}

impl RecordSource for &OpenVersion {
    fn path(&self) -> PathBuf {
        self.path.clone()
    }

    fn read_value(&self, entry: &IndexEntry, extent: Extent) -> Result<RecordText, VersionError> {
        self.record_text(entry, extent)
    }

    fn read_text(&self, range: Range<usize>) -> Result<String, VersionError> {
        String::from_utf8(self.read_range(range)?).map_err(|_| VersionError::Stale)
    }
}
