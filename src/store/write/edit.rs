//! What goes and what comes in its place, in memory or from one file to another.
//! May not know what the bytes mean.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::ops::Range;
use std::sync::mpsc::{SyncSender, sync_channel};
use std::thread;

use super::super::json::stream::BUFFER;

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

impl Edit {
    /// The same edit in a text that has `by` more bytes in front.
    #[must_use]
    pub fn shifted(self, by: usize) -> Self {
        let range = self.range.start.saturating_add(by)..self.range.end.saturating_add(by);
        Self { range, with: self.with }
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

/// Where a place of the text lies after edits that all end before it or begin behind it.
#[must_use]
pub fn moved(edits: &[Edit], at: usize) -> usize {
    let before = edits.iter().take_while(|edit| edit.range.end <= at);
    before.fold(at, |place, edit| {
        place.saturating_add(edit.with.len()).saturating_sub(edit.range.len())
    })
}

/// Writes what a file of `length` bytes is after edits; what stays goes from file to file without
/// being held in memory.
///
/// # Errors
/// When reading or writing fails, or the file is shorter than it was.
pub fn copy(from: &File, length: usize, edits: &[Edit], to: &mut File) -> io::Result<()> {
    if length < SAID_EVERY {
        let (nobody, _) = sync_channel(1);
        return copy_telling(from, length, edits, to, &nobody);
    }
    let disk = to.try_clone()?;
    thread::scope(|scope| {
        let (written, told) = sync_channel(1);
        // What is written goes to the disk while more is being copied, not all of it at the end.
        // An error is told only once, so it is the error of the copy.
        let syncing = scope.spawn(move || told.iter().try_for_each(|()| disk.sync_data()));
        let copied = copy_telling(from, length, edits, to, &written);
        drop(written);
        let synced = syncing.join().unwrap_or_else(|_| Err(io::ErrorKind::Other.into()));
        copied.and(synced)
    })
}

fn copy_telling(
    from: &File,
    length: usize,
    edits: &[Edit],
    to: &mut File,
    written: &SyncSender<()>,
) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER];
    let mut done = 0_usize;
    for edit in edits {
        copy_through(from, done..edit.range.start, &mut buffer, to, written)?;
        to.write_all(edit.with.as_bytes())?;
        done = edit.range.end;
    }
    copy_through(from, done..length, &mut buffer, to, written)
}

/// Copies one stretch of a file to the end of another.
///
/// # Errors
/// When reading or writing fails, or the file is shorter than it was.
pub fn copy_range(from: &File, range: Range<usize>, to: &mut File) -> io::Result<()> {
    let mut buffer = vec![0; BUFFER.min(range.len())];
    let (nobody, _) = sync_channel(1);
    copy_through(from, range, &mut buffer, to, &nobody)
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
