//! Reads the version of the file that is there now, and single records of it.
//! Must not keep text from one reading to the next: others change the file at any time.

use std::fs::File;
use std::io::ErrorKind;
use std::ops::Range;

use crate::store::engine::{OpenVersion, Store};
use crate::store::file::error::StoreError;
use crate::store::file::lock;
use crate::store::file::open_file;
use crate::store::index::{Index, IndexCache, IndexEntry};
use crate::store::json::edit::{self, CopySource, Splice};

/// What a file that is not there is taken for.
const EMPTY_FILE: &str = "{}";

impl Store {
    /// The table of contents of the file as it is now.
    pub(super) fn open_current(&mut self) -> Result<&OpenVersion, StoreError> {
        let on_disk = open_file::identity_on_disk(&self.paths)?;
        let known = match self.open_version.take() {
            Some(known) if known.identity() == on_disk => known,
            before => {
                // Half written by somebody else: what is known stays, to be compared later.
                let known = match self.read_version() {
                    Ok(known) => known,
                    Err(error) => {
                        self.open_version = before;
                        return Err(error);
                    }
                };
                if let Some(before) = before {
                    self.record_foreign_changes(before.index.unpacked(), known.index.unpacked());
                }
                known
            }
        };
        Ok(self.open_version.insert(known))
    }

    /// Reads the table of contents from the file.
    fn read_version(&self) -> Result<OpenVersion, StoreError> {
        let Some(snapshot) = open_file::open(&self.paths)? else {
            let index = Index::of(EMPTY_FILE)
                .map_err(|_| StoreError::NotAnObject(self.paths.chats_file()))?;
            return Ok(OpenVersion { file: None, index: index.into() });
        };
        let cache = self.index_cache();
        if let Some(packed) = cache.as_ref().and_then(|cache| cache.load(&snapshot)) {
            return Ok(OpenVersion { file: Some(snapshot), index: packed.into() });
        }
        let index = crate::store::index::open::read_index(&self.paths, &snapshot)?;
        // Written into while it was read, it may be neither the old version nor the new one.
        let is_whole = snapshot.is_unchanged().unwrap_or(false);
        if let Some(cache) = cache.filter(|_| is_whole) {
            cache.save(&snapshot, &index);
        }
        Ok(OpenVersion { file: Some(snapshot), index: index.into() })
    }

    pub(super) fn index_cache(&self) -> Option<IndexCache> {
        self.paths.index_cache().map(|path| IndexCache::at(path.to_path_buf()))
    }

    pub(super) fn lock(&self) -> Result<lock::LockGuard, StoreError> {
        lock::acquire(&self.paths.state_folder().join("lock"))
    }

    /// The text of a record's value; `None` where the file is not what its table of contents says.
    pub(super) fn record_value(
        &self,
        known: &OpenVersion,
        entry: &IndexEntry,
    ) -> Result<Option<String>, StoreError> {
        let key = entry.value.start.saturating_sub(entry.member.start);
        let member = self.record_member(known, entry)?;
        Ok(member.filter(|member| member.is_char_boundary(key)).map(|mut member| {
            member.drain(..key);
            member
        }))
    }

    /// The text of a record, key included; `None` where the file is not what its table of contents
    /// says.
    pub(super) fn record_member(
        &self,
        known: &OpenVersion,
        entry: &IndexEntry,
    ) -> Result<Option<String>, StoreError> {
        let Some(bytes) = self.read_range(known, entry.member.clone())? else { return Ok(None) };
        Ok(String::from_utf8(bytes).ok().filter(|text| entry.is_key_of(text)))
    }

    /// The bytes of a stretch, if the open file still is what it was.
    fn read_range(
        &self,
        known: &OpenVersion,
        range: Range<usize>,
    ) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(snapshot) = &known.file else { return Ok(None) };
        let failed = |error| StoreError::io("read", &self.paths.chats_file(), error);
        if !snapshot.is_unchanged().map_err(failed)? {
            return Ok(None);
        }
        match snapshot.read_range(range) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    /// Whether nothing but the last brace stands behind the last record.
    pub(super) fn has_expected_end(&self, known: &OpenVersion) -> Result<bool, StoreError> {
        let Some(last) = known.index.unpacked().entries.last().filter(|_| known.file.is_some())
        else {
            return Ok(true);
        };
        let rest = last.member.end..known.index.unpacked().object.end;
        let bytes = self.read_range(known, rest)?;
        Ok(bytes.is_some_and(|bytes| bytes.trim_ascii() == b"}"))
    }

    /// Forgets what is known of the file, and where it came from.
    pub(super) fn discard_version(&mut self) {
        self.open_version = None;
        if let Some(cache) = self.index_cache() {
            cache.remove();
        }
    }
}

impl OpenVersion {
    /// Writes what the file is after splices; `other` is the file that pieces come from.
    pub(super) fn write(
        &self,
        splices: &[Splice],
        other: Option<&File>,
        to: &mut File,
    ) -> std::io::Result<()> {
        match &self.file {
            Some(snapshot) => {
                let length = usize::try_from(snapshot.identity().size()).unwrap_or(usize::MAX);
                edit::copy_spliced(CopySource { file: snapshot.file(), length, other }, splices, to)
            }
            // All there is of an empty object is replaced.
            None => {
                splices.iter().try_for_each(|splice| edit::write_pieces(&splice.pieces, other, to))
            }
        }
    }
}
