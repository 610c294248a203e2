//! Reads a file from a position on without moving the read position that all handles share.

use std::fs::File;
use std::io::{self, Read};

/// A reader with a position of its own.
#[derive(Debug)]
pub(crate) struct PositionedReader<'a> {
    file: &'a File,
    position: usize,
}

impl<'a> PositionedReader<'a> {
    /// Reads from a position on.
    pub(crate) const fn new(file: &'a File, position: usize) -> Self {
        Self { file, position }
    }

    /// The position of the next byte.
    pub(crate) const fn position(&self) -> usize {
        self.position
    }
}

impl Read for PositionedReader<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let got = read_at(self.file, buffer, self.position as u64)?;
        self.position = self.position.saturating_add(got);
        Ok(got)
    }
}

#[cfg(unix)]
fn read_at(file: &File, buffer: &mut [u8], position: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, position)
}

#[cfg(windows)]
fn read_at(file: &File, buffer: &mut [u8], position: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, position)
}
