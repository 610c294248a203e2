//! Reads the version of the file that is there now, and single records of it.
//! Must not keep text from one reading to the next: others change the file at any time.

use std::fs::File;
use std::io::ErrorKind;
use std::ops::Range;

use crate::store::engine::{Known, Store};
use crate::store::file::error::StoreError;
use crate::store::file::lock;
use crate::store::file::version;
use crate::store::index::{Cache, Entry, Index};
use crate::store::json::edit::{self, Source, Splice};

/// What a file that is not there is taken for.
const EMPTY: &str = "{}";

impl Store {
    /// The table of contents of the file as it is now.
    pub(super) fn look(&mut self) -> Result<&Known, StoreError> {
        let on_disk = version::on_disk(&self.place)?;
        let known = match self.known.take() {
            Some(known) if known.version() == on_disk => known,
            before => {
                // Half written by somebody else: what is known stays, to be compared later.
                let known = match self.read() {
                    Ok(known) => known,
                    Err(error) => {
                        self.known = before;
                        return Err(error);
                    }
                };
                if let Some(before) = before {
                    self.note_foreign(before.table.index(), known.table.index());
                }
                known
            }
        };
        Ok(self.known.insert(known))
    }

    /// Reads the table of contents from the file.
    fn read(&self) -> Result<Known, StoreError> {
        let Some(snapshot) = version::open(&self.place)? else {
            let index = Index::of(EMPTY).map_err(|_| StoreError::NotAnObject(self.place.file()))?;
            return Ok(Known { snapshot: None, table: index.into() });
        };
        let cache = self.cache();
        if let Some(packed) = cache.as_ref().and_then(|cache| cache.load(&snapshot)) {
            return Ok(Known { snapshot: Some(snapshot), table: packed.into() });
        }
        let index = crate::store::index::open::index(&self.place, &snapshot)?;
        // Written into while it was read, it may be neither the old version nor the new one.
        let is_whole = snapshot.is_unchanged().unwrap_or(false);
        if let Some(cache) = cache.filter(|_| is_whole) {
            cache.save(&snapshot, &index);
        }
        Ok(Known { snapshot: Some(snapshot), table: index.into() })
    }

    pub(super) fn cache(&self) -> Option<Cache> {
        self.place.index_cache().map(|path| Cache::at(path.to_path_buf()))
    }

    pub(super) fn lock(&self) -> Result<lock::Held, StoreError> {
        lock::take(&self.place.state().join("lock"))
    }

    /// The text of a record's value; `None` where the file is not what its table of contents says.
    pub(super) fn value(&self, known: &Known, entry: &Entry) -> Result<Option<String>, StoreError> {
        let key = entry.value.start.saturating_sub(entry.member.start);
        let member = self.member(known, entry)?;
        Ok(member.filter(|member| member.is_char_boundary(key)).map(|mut member| {
            member.drain(..key);
            member
        }))
    }

    /// The text of a record, key included; `None` where the file is not what its table of contents
    /// says.
    pub(super) fn member(
        &self,
        known: &Known,
        entry: &Entry,
    ) -> Result<Option<String>, StoreError> {
        let Some(bytes) = self.stretch(known, entry.member.clone())? else { return Ok(None) };
        Ok(String::from_utf8(bytes).ok().filter(|text| entry.is_about(text)))
    }

    /// The bytes of a stretch, if the open file still is what it was.
    fn stretch(&self, known: &Known, range: Range<usize>) -> Result<Option<Vec<u8>>, StoreError> {
        let Some(snapshot) = &known.snapshot else { return Ok(None) };
        let failed = |error| StoreError::io("read", &self.place.file(), error);
        if !snapshot.is_unchanged().map_err(failed)? {
            return Ok(None);
        }
        match snapshot.bytes(range) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(failed(error)),
        }
    }

    /// Whether nothing but the last brace stands behind the last record.
    pub(super) fn ends_as_known(&self, known: &Known) -> Result<bool, StoreError> {
        let Some(last) = known.table.index().entries.last().filter(|_| known.snapshot.is_some())
        else {
            return Ok(true);
        };
        let rest = last.member.end..known.table.index().object.end;
        let bytes = self.stretch(known, rest)?;
        Ok(bytes.is_some_and(|bytes| bytes.trim_ascii() == b"}"))
    }

    /// Forgets what is known of the file, and where it came from.
    pub(super) fn distrust(&mut self) {
        self.known = None;
        if let Some(cache) = self.cache() {
            cache.forget();
        }
    }
}

impl Known {
    /// Writes what the file is after splices; `other` is the file that pieces come from.
    pub(super) fn write(
        &self,
        splices: &[Splice],
        other: Option<&File>,
        to: &mut File,
    ) -> std::io::Result<()> {
        match &self.snapshot {
            Some(snapshot) => {
                let length = usize::try_from(snapshot.version().bytes()).unwrap_or(usize::MAX);
                edit::copy(Source { file: snapshot.file(), length, other }, splices, to)
            }
            // All there is of an empty object is replaced.
            None => splices.iter().try_for_each(|splice| edit::put(&splice.with, other, to)),
        }
    }
}
