//! What goes and what comes in its place, in memory or from one file to another.
//! May not know what the bytes mean.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use crate::store::json::stream::BUFFER;

/// How much is written before the disk is told to begin.
const SAID_EVERY: usize = 16 * 1024 * 1024;

/// One stretch of a text and what stands in its place afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edit {
    /// What goes.
    pub range: Range<usize>,
    /// What comes.
    pub with: String,
}

/// One stretch of a file and what stands in its place afterwards.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Splice {
    /// What goes.
    pub range: Range<usize>,
    /// What comes, piece by piece.
    pub with: Vec<Piece>,
}

/// Something that comes into a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// A text at hand.
    Text(String),
    /// A stretch of another file, which is copied without being held in memory.
    Other(Range<usize>),
}

impl Piece {
    /// Its length in bytes.
    #[must_use]
    pub fn bytes(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Other(range) => range.len(),
        }
    }
}

impl From<Edit> for Splice {
    fn from(edit: Edit) -> Self {
        Self { range: edit.range, with: vec![Piece::Text(edit.with)] }
    }
}

/// The text after edits, which stand in order and do not overlap.
#[must_use]
pub fn apply(text: &str, edits: &[Edit]) -> String {
    let added: usize = edits.iter().map(|edit| edit.with.len()).sum();
    let mut out = String::with_capacity(text.len().saturating_add(added));
    let mut done = 0_usize;
    for edit in edits {
        out.push_str(text.get(done..edit.range.start).unwrap_or_default());
        out.push_str(&edit.with);
        done = edit.range.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

/// The text after splices that bring only texts.
#[must_use]
pub fn splice(text: &str, splices: &[Splice]) -> String {
    let edits: Vec<Edit> = splices
        .iter()
        .map(|splice| {
            let texts = splice.with.iter().filter_map(|piece| match piece {
                Piece::Text(text) => Some(text.as_str()),
                Piece::Other(_) => None,
            });
            Edit { range: splice.range.clone(), with: texts.collect() }
        })
        .collect();
    apply(text, &edits)
}

/// A file that is copied, and the one that pieces of it may come from.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    /// The file.
    pub file: &'a File,
    /// How long the file is, in bytes.
    pub length: usize,
    /// Where pieces of another file come from.
    pub other: Option<&'a File>,
}

impl<'a> Source<'a> {
    /// A whole file and nothing else.
    ///
    /// # Errors
    /// When the system does not tell how long it is.
    pub fn of(file: &'a File) -> io::Result<Self> {
        let length = usize::try_from(file.metadata()?.len()).map_err(io::Error::other)?;
        Ok(Self { file, length, other: None })
    }
}

/// Writes what a file is after edits of its text, which stand in order.
///
/// # Errors
/// When reading or writing fails.
pub fn copy_edited(from: &File, edits: Vec<Edit>, to: &mut File) -> io::Result<()> {
    let splices: Vec<Splice> = edits.into_iter().map(Splice::from).collect();
    copy(Source::of(from)?, &splices, to)
}

/// Writes what a file is after splices; what stays goes from file to file without being held in
/// memory.
///
/// # Errors
/// When reading or writing fails, or the file is shorter than it was.
pub fn copy(from: Source<'_>, splices: &[Splice], to: &mut File) -> io::Result<()> {
    if from.length < SAID_EVERY {
        let (nobody, _) = sync_channel(1);
        return copy_telling(from, splices, to, &nobody);
    }
    let disk = to.try_clone()?;
    thread::scope(|scope| {
        let (written, told) = sync_channel(1);
        // What is written goes to the disk while more is being copied, not all of it at the end.
        // An error is told only once, so it is the error of the copy.
        let syncing = scope.spawn(move || told.iter().try_for_each(|()| disk.sync_data()));
        let copied = copy_telling(from, splices, to, &written);
        drop(written);
        let synced = syncing.join().unwrap_or_else(|_| Err(io::ErrorKind::Other.into()));
        copied.and(synced)
    })
}

fn copy_telling(
    from: Source<'_>,
    splices: &[Splice],
    to: &mut File,
    written: &SyncSender<()>,
) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    let mut done = 0_usize;
    for splice in splices {
        copy_through(from.file, done..splice.range.start, &mut buffer, to, written)?;
        put(&splice.with, from.other, to)?;
        done = splice.range.end;
    }
    copy_through(from.file, done..from.length, &mut buffer, to, written)
}

/// Writes pieces one behind the other.
///
/// # Errors
/// When reading or writing fails, or there is no other file that a piece could come from.
pub fn put(pieces: &[Piece], other: Option<&File>, to: &mut File) -> io::Result<()> {
    let (nobody, _) = sync_channel(1);
    for piece in pieces {
        match (piece, other) {
            (Piece::Text(text), _) => to.write_all(text.as_bytes())?,
            (Piece::Other(range), Some(other)) => {
                let mut buffer = vec![0; BUFFER.min(range.len())];
                copy_through(other, range.clone(), &mut buffer, to, &nobody)?;
            }
            (Piece::Other(_), None) => return Err(io::ErrorKind::NotFound.into()),
        }
    }
    Ok(())
}

fn copy_through(
    mut from: &File,
    range: Range<usize>,
    buffer: &mut [u8],
    to: &mut File,
    written: &SyncSender<()>,
) -> io::Result<()> {
    from.seek(SeekFrom::Start(range.start as u64))?;
    let mut left = range.len();
    let mut unsaid = 0_usize;
    while left > 0 {
        let size = left.min(buffer.len());
        let piece = buffer.get_mut(..size).unwrap_or_default();
        from.read_exact(piece)?;
        to.write_all(piece)?;
        left = left.saturating_sub(size);
        unsaid = unsaid.saturating_add(size);
        if unsaid >= SAID_EVERY {
            // Where the disk is still busy, it takes this along next time.
            let _ = written.try_send(());
            unsaid = 0;
        }
    }
    Ok(())
}
