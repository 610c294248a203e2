//! Edits of a text by byte ranges, applied in memory or while copying a file.

use std::fs::File;
use std::io::{self, BufReader, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use crate::store::json::stream::BUFFER_SIZE;

/// How many bytes are copied between two syncs.
const SYNC_INTERVAL_BYTES: usize = 16 * 1024 * 1024;

/// The replacement of one range of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ByteEdit {
    /// The bytes to replace; empty where something is only inserted.
    pub range: Range<usize>,
    /// The text that stands there afterwards.
    pub replacement: String,
}

/// The replacement of one range of a file by pieces.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Splice {
    /// The bytes to replace; empty where something is only inserted.
    pub range: Range<usize>,
    /// The new content, in order.
    pub pieces: Vec<Piece>,
}

/// A part of the new content of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A text in memory.
    Text(String),
    /// A range of another file, which is copied without being held in memory.
    OtherFile(Range<usize>),
}

impl Piece {
    /// Its length in bytes.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::OtherFile(range) => range.len(),
        }
    }
}

impl From<ByteEdit> for Splice {
    fn from(edit: ByteEdit) -> Self {
        Self { range: edit.range, pieces: vec![Piece::Text(edit.replacement)] }
    }
}

/// The text after edits, which are in order and do not overlap.
pub(crate) fn apply(text: &str, edits: &[ByteEdit]) -> String {
    let added: usize = edits.iter().map(|edit| edit.replacement.len()).sum();
    let mut out = String::with_capacity(text.len().saturating_add(added));
    let mut done = 0_usize;
    for edit in edits {
        out.push_str(text.get(done..edit.range.start).unwrap_or_default());
        out.push_str(&edit.replacement);
        done = edit.range.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

/// The text after splices without pieces of another file.
#[cfg(test)]
pub(crate) fn apply_splices(text: &str, splices: &[Splice]) -> String {
    let edits: Vec<ByteEdit> = splices
        .iter()
        .map(|splice| {
            let texts = splice.pieces.iter().filter_map(|piece| match piece {
                Piece::Text(text) => Some(text.as_str()),
                Piece::OtherFile(_) => None,
            });
            ByteEdit { range: splice.range.clone(), replacement: texts.collect() }
        })
        .collect();
    apply(text, &edits)
}

/// A file that is copied, and the one that pieces of it may come from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CopySource<'a> {
    pub file: &'a File,
    /// How long the file is, in bytes.
    pub length: usize,
    /// Where pieces of another file come from.
    pub other: Option<&'a File>,
}

impl<'a> CopySource<'a> {
    /// A whole file and nothing else.
    pub(crate) fn of(file: &'a File) -> io::Result<Self> {
        let length = usize::try_from(file.metadata()?.len()).map_err(io::Error::other)?;
        Ok(Self { file, length, other: None })
    }
}

/// Writes a file with edits, which are in order.
pub(crate) fn copy_edited(from: &File, edits: Vec<ByteEdit>, to: &mut File) -> io::Result<()> {
    let splices: Vec<Splice> = edits.into_iter().map(Splice::from).collect();
    copy_spliced(CopySource::of(from)?, &splices, to)
}

/// Writes a file with splices, which are in order; unchanged bytes are never loaded into memory.
pub(crate) fn copy_spliced(
    from: CopySource<'_>,
    splices: &[Splice],
    to: &mut File,
) -> io::Result<()> {
    if from.length < SYNC_INTERVAL_BYTES {
        let (no_sync, _) = sync_channel(1);
        return copy_with_sync(from, splices, to, &no_sync);
    }
    let disk = to.try_clone()?;
    thread::scope(|scope| {
        let (written, to_sync) = sync_channel(1);
        // The disk is kept busy while more is being copied. The system reports a write error only
        // once, so an error of this thread is an error of the copy.
        let sync = move || to_sync.iter().try_for_each(|()| disk.sync_data());
        let syncing = thread::Builder::new().spawn_scoped(scope, sync)?;
        let copied = copy_with_sync(from, splices, to, &written);
        drop(written);
        let synced = syncing.join().unwrap_or_else(|_| Err(io::ErrorKind::Other.into()));
        copied.and(synced)
    })
}

fn copy_with_sync(
    from: CopySource<'_>,
    splices: &[Splice],
    to: &mut File,
    written: &SyncSender<()>,
) -> io::Result<()> {
    let mut done = 0_usize;
    for splice in splices {
        copy_range(from.file, done..splice.range.start, to, written)?;
        write_pieces(&splice.pieces, from.other, to)?;
        done = splice.range.end;
    }
    copy_range(from.file, done..from.length, to, written)
}

/// Writes pieces in order.
pub(crate) fn write_pieces(
    pieces: &[Piece],
    other: Option<&File>,
    to: &mut File,
) -> io::Result<()> {
    let (no_sync, _) = sync_channel(1);
    for piece in pieces {
        match (piece, other) {
            (Piece::Text(text), _) => to.write_all(text.as_bytes())?,
            (Piece::OtherFile(range), Some(other)) => {
                copy_range(other, range.clone(), to, &no_sync)?;
            }
            (Piece::OtherFile(_), None) => return Err(io::ErrorKind::NotFound.into()),
        }
    }
    Ok(())
}

fn copy_range(
    mut from: &File,
    range: Range<usize>,
    to: &mut File,
    written: &SyncSender<()>,
) -> io::Result<()> {
    from.seek(SeekFrom::Start(range.start as u64))?;
    let mut left = range.len();
    while left > 0 {
        let size = left.min(SYNC_INTERVAL_BYTES);
        // Where the system cannot copy between files by itself, pieces of this size are fast.
        let mut piece = BufReader::with_capacity(BUFFER_SIZE, from.take(size as u64));
        if io::copy(&mut piece, to)? < size as u64 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        left = left.saturating_sub(size);
        if size == SYNC_INTERVAL_BYTES {
            // A thread that is still busy syncs these bytes with the next ones.
            let _ = written.try_send(());
        }
    }
    Ok(())
}
