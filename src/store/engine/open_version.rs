//! One version of the shared file, held open with its index.

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, ErrorKind};
use std::ops::Range;
use std::path::Path;

use crate::chat::{Conversation, ConversationId};

use crate::store::file::identity::FileIdentity;
use crate::store::file::open_file::OpenFile;
use crate::store::index::{Index, IndexEntry};
use crate::store::json::edit::{self, CopySource, Splice};
use crate::store::records::read;

/// A version of the file, held open, with its index; without a file where there is none.
#[derive(Debug)]
pub(super) struct OpenVersion {
    pub file: Option<OpenFile>,
    pub index: Index,
}

impl OpenVersion {
    /// Opens a version that was saved under another name.
    pub(super) fn from_file(path: &Path) -> io::Result<Self> {
        let file = File::open(path)?;
        let index = Index::read_file(&file).map_err(|_| io::Error::other("it cannot be read"))?;
        Ok(Self { file: Some(OpenFile::of(file)?), index })
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
        self.entries().iter().map(|entry| (&entry.id, entry)).collect()
    }

    /// A conversation of this version, even if another has replaced it.
    pub(super) fn conversation(&self, entry: &IndexEntry) -> io::Result<Conversation> {
        let text = self.read_text(entry.value.clone())?;
        Ok(read::conversation(&text, &entry.id, 0..text.len()))
    }

    pub(super) fn read_text(&self, range: Range<usize>) -> io::Result<String> {
        let file = self.file.as_ref().ok_or(ErrorKind::NotFound)?;
        String::from_utf8(file.read_range(range)?).map_err(|_| ErrorKind::InvalidData.into())
    }

    /// The text of a record, key included, without the bytes of a range; `None` where the file is not what
    /// its index says.
    pub(super) fn read_member(
        &self,
        entry: &IndexEntry,
        skipped: Range<usize>,
    ) -> io::Result<Option<String>> {
        let before = self.read_unchanged(entry.member.start..skipped.start)?;
        let after = self.read_unchanged(skipped.end..entry.member.end)?;
        let (Some(mut bytes), Some(after)) = (before, after) else { return Ok(None) };
        bytes.extend_from_slice(&after);
        Ok(String::from_utf8(bytes).ok().filter(|text| entry.is_key_of(text)))
    }

    /// A range of bytes; `None` where the file was written into or is shorter.
    pub(super) fn read_unchanged(&self, range: Range<usize>) -> io::Result<Option<Vec<u8>>> {
        let Some(file) = &self.file else { return Ok(None) };
        if !file.is_unchanged()? {
            return Ok(None);
        }
        match file.read_range(range) {
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => Ok(None),
            read => read.map(Some),
        }
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
