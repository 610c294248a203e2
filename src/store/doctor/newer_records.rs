//! Adds to the last good version of a file what the file that was cut off or damaged has newer.
//! Must not take a conversation that the cut shortened in the place of a whole one.

use std::fs::File;
use std::io::{self, Read, Seek};

use crate::store::doctor::syntax;
use crate::store::file::open_file::OpenFile;
use crate::store::file::store_paths::StorePaths;
use crate::store::index::{Index, IndexEntry};
use crate::store::json::edit::{self, CopySource};
use crate::store::records::edits::layout::{MemberEdit, NewMember, lay_out};

/// A cut-off file, closed where it ends or is damaged, with its table of contents.
struct CutFile {
    text: String,
    index: Index,
    /// How many bytes at the beginning are those of the file.
    intact_bytes: usize,
}

/// The last good version with what the cut-off file has beyond it, and how many conversations that is.
///
/// # Errors
/// When one of the files cannot be read, or the new one not be written.
pub(super) fn add_newer(
    last_good: File,
    cut_off: &File,
    paths: &StorePaths,
) -> io::Result<(File, usize)> {
    let (Some(cut), Ok(good)) = (CutFile::read(cut_off)?, Index::read_file(&last_good)) else {
        return Ok((last_good, 0));
    };
    let open = OpenFile::of(last_good.try_clone()?)?;
    let mut edits = Vec::new();
    for newer in cut.index.records() {
        edits.extend(plan_record(&cut, newer, &good, &open)?);
    }
    let count = edits.len();
    if count == 0 {
        return Ok((last_good, 0));
    }
    let (splices, _) = lay_out(&good, edits);
    let mut merged = tempfile::tempfile_in(paths.state_folder())?;
    edit::copy_spliced(CopySource::of(&last_good)?, &splices, &mut merged)?;
    Ok((merged, count))
}

/// The edit that brings one conversation of the cut-off file into the last good version.
fn plan_record(
    cut: &CutFile,
    newer: &IndexEntry,
    good: &Index,
    open: &OpenFile,
) -> io::Result<Option<MemberEdit>> {
    let value = cut.text.get(newer.value.clone()).unwrap_or_default();
    let Some(position) = good.entries.iter().rposition(|entry| *entry.id() == *newer.id()) else {
        let member = cut.text.get(newer.member.clone()).unwrap_or_default();
        let new = NewMember::of(member.to_owned());
        return Ok(new.map(|new| MemberEdit::Insert(good.entries.len(), new)));
    };
    let Some(older) = good.entries.get(position) else { return Ok(None) };
    let is_whole = newer.member.end <= cut.intact_bytes;
    let is_longer = newer.summary.message_count > older.summary.message_count;
    let differs = open.read_range(older.value.clone())? != value.as_bytes();
    let is_newer = differs && (is_whole || is_longer);
    Ok(is_newer.then(|| MemberEdit::Value(position, value.to_owned().into())))
}

impl CutFile {
    /// Closes what is open at the end, or before damage; `None` where nothing can be made of the file.
    fn read(mut file: &File) -> io::Result<Option<Self>> {
        let mut bytes = Vec::new();
        file.rewind()?;
        file.read_to_end(&mut bytes)?;
        let Some(text) = syntax::close_at_fault(&bytes) else { return Ok(None) };
        let intact_bytes = text.bytes().zip(&bytes).take_while(|(new, old)| new == *old).count();
        let index = Index::of(&text).ok();
        Ok(index.map(|index| Self { text, index, intact_bytes }))
    }
}
