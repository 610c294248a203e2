//! What this process has under way, line by line: a private file of its own, held while it lives.
//! May not be written by anybody else: who finds the file of a process that is gone takes it over.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::log_file::{LogFile, OpenLog};
use crate::store::file::private::Durability;

/// Bytes from which a file, or what could not be written to it, is long: it is written anew where
/// that makes it much shorter.
const COMPACTION_THRESHOLD: usize = 1 << 20;

/// What the lines of a log amount to.
pub trait LogState: Default {
    /// One line.
    type Line: Clone + Serialize + DeserializeOwned;

    /// Takes one line in. A line may come twice: a crash can leave it in two files.
    fn apply(&mut self, line: Self::Line);

    /// The lines that amount to the same, and nothing else.
    fn lines(&self) -> Vec<Self::Line>;

    /// Whether nothing is open: then no file is needed.
    fn is_empty(&self) -> bool;
}

/// The log of this process. There is a file as long as something is open.
#[derive(Debug)]
pub struct ProcessLog<S: LogState> {
    folder: PathBuf,
    file: Option<LogFile>,
    state: S,
    /// Lines that are not in the file yet.
    unwritten: Vec<u8>,
    /// Whether the file lacks more than what waits, and has to be written anew.
    needs_rewrite: bool,
}

/// The log of a process that is gone, held while it is looked at.
#[derive(Debug)]
pub struct DeadLog<S> {
    /// What it amounts to.
    pub state: S,
    /// When it was last written to.
    pub modified: SystemTime,
    file: LogFile,
}

impl<S: LogState> DeadLog<S> {
    /// Adds a line.
    pub(super) fn append(&mut self, line: &S::Line) -> io::Result<()> {
        let mut bytes = Vec::new();
        encode(line, &mut bytes)?;
        self.file.append(&bytes)?;
        self.state.apply(line.clone());
        Ok(())
    }
}

impl<S> DeadLog<S> {
    /// Removes it: what it held is somewhere else now.
    pub fn remove(self) {
        self.file.remove();
    }
}

impl<S: LogState> ProcessLog<S> {
    /// The log of this process in a folder, which may not exist yet.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        let (file, state, waiting) = (None, S::default(), Vec::new());
        Self { folder: folder.to_path_buf(), file, state, unwritten: waiting, needs_rewrite: false }
    }

    /// What it amounts to.
    #[must_use]
    pub const fn state(&self) -> &S {
        &self.state
    }

    /// What it amounts to, to mark what no line says.
    pub const fn state_mut(&mut self) -> &mut S {
        &mut self.state
    }

    /// Whether every line is in the file.
    #[must_use]
    pub const fn is_written(&self) -> bool {
        self.unwritten.is_empty() && !self.needs_rewrite
    }

    /// Adds lines.
    ///
    /// # Errors
    /// When they cannot be written. They count all the same, and are written with the next.
    pub fn append(&mut self, lines: &[S::Line], durability: Durability) -> io::Result<()> {
        lines.iter().try_for_each(|line| self.add(line))?;
        self.flush(durability)
    }

    /// Adds a line that may wait for the next `flush`.
    ///
    /// # Errors
    /// Never for lines of this program; the form is serde's.
    pub fn add(&mut self, line: &S::Line) -> io::Result<()> {
        encode(line, &mut self.unwritten)?;
        self.state.apply(line.clone());
        Ok(())
    }

    /// Writes the lines that wait. Where somebody removed the file, another is written with
    /// everything; where nothing is open any more, the file goes.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn flush(&mut self, durability: Durability) -> io::Result<()> {
        if self.state.is_empty() {
            self.unwritten.clear();
            self.needs_rewrite = false;
            self.file.take().into_iter().for_each(LogFile::remove);
            return Ok(());
        }
        if self.file.as_ref().is_some_and(|file| !file.is_linked()) {
            self.file = None;
            self.needs_rewrite = true;
        }
        if self.needs_rewrite {
            return self.rewrite(&self.compacted_lines()?);
        }
        if let Err(error) = self.write(durability) {
            // What cannot be written for long must not fill the memory.
            if self.unwritten.len() > COMPACTION_THRESHOLD {
                self.unwritten.clear();
                self.needs_rewrite = true;
            }
            return Err(error);
        }
        Ok(())
    }

    /// How long the file is, in bytes.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.file.as_ref().and_then(|file| file.length().ok()).unwrap_or_default()
    }

    /// Takes lines back that no later line could call off, because the disk is full: the file is cut to
    /// the length it had before them. The rest is written anew as soon as there is room.
    ///
    /// # Errors
    /// When the file cannot be cut.
    pub fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.unwritten.clear();
        self.needs_rewrite = true;
        self.file.as_mut().map_or(Ok(()), |file| file.truncate(length))
    }

    /// Writes a long file anew when most of it is about what is over.
    ///
    /// # Errors
    /// When it cannot be written; then the old one stands.
    pub fn compact(&mut self) -> io::Result<()> {
        let length = self.file.as_ref().map_or(Ok(0), LogFile::length)?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length < COMPACTION_THRESHOLD || !self.is_written() {
            return Ok(());
        }
        let needed = self.compacted_lines()?;
        if needed.len() > length / 4 { Ok(()) } else { self.rewrite(&needed) }
    }

    /// Goes on with the logs of processes that are gone.
    pub fn take_over_dead_logs(&mut self) {
        for dead in self.dead_logs() {
            if dead.state.is_empty() {
                dead.remove();
            } else if self.file.is_none() && self.state.is_empty() {
                self.state = dead.state;
                self.file = Some(dead.file);
            } else {
                match self.append(&dead.state.lines(), Durability::Synced) {
                    Ok(()) => dead.remove(),
                    // It stays where it is and is found again.
                    Err(error) => tracing::warn!(%error, "a log could not be taken over"),
                }
            }
        }
    }

    /// The logs of processes that are gone.
    #[must_use]
    pub fn dead_logs(&self) -> Vec<DeadLog<S>> {
        let open = self.paths_of_others().filter_map(LogFile::take_over);
        open.map(|OpenLog { file, content, modified: changed }| DeadLog {
            state: replay(&content),
            modified: changed,
            file,
        })
        .collect()
    }

    /// What the logs of other processes amount to.
    #[must_use]
    pub fn other_states(&self) -> Vec<S> {
        self.paths_of_others().filter_map(|path| Some(replay(&fs::read(path).ok()?))).collect()
    }

    fn paths_of_others(&self) -> impl Iterator<Item = PathBuf> {
        let all = LogFile::all_in(&self.folder).into_iter();
        all.filter(|path| self.file.as_ref().is_none_or(|own| !own.is_at(path)))
    }

    fn write(&mut self, durability: Durability) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            None => self.file.insert(LogFile::create(&self.folder)?),
        };
        if !self.unwritten.is_empty() {
            file.append(&self.unwritten)?;
            self.unwritten.clear();
        }
        match durability {
            Durability::Written => Ok(()),
            Durability::Synced => file.sync(),
        }
    }

    /// Puts another file in the place of this one.
    fn rewrite(&mut self, needed: &[u8]) -> io::Result<()> {
        let mut new = LogFile::create(&self.folder)?;
        let written = new.append(needed).and_then(|()| new.sync());
        let old = self.file.as_ref();
        let replaced = written.and_then(|()| old.map_or(Ok(()), |old| new.replace(old)));
        if replaced.is_err() {
            new.remove();
            return replaced;
        }
        self.file = Some(new);
        self.unwritten.clear();
        self.needs_rewrite = false;
        Ok(())
    }

    fn compacted_lines(&self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.state.lines().iter().try_for_each(|line| encode(line, &mut bytes))?;
        Ok(bytes)
    }
}

impl<S: LogState> Drop for ProcessLog<S> {
    fn drop(&mut self) {
        if let Err(error) = self.flush(Durability::Written) {
            tracing::warn!(%error, "a log could not be written");
        }
    }
}

/// What lines amount to. One that cannot be read says nothing; the last may have been cut short.
pub(super) fn replay<S: LogState>(content: &[u8]) -> S {
    let mut state = S::default();
    let lines = content.split(|byte| *byte == b'\n');
    lines.filter_map(|line| serde_json::from_slice(line).ok()).for_each(|line| state.apply(line));
    state
}

/// Adds a line as it stands in a file.
pub(super) fn encode<L: Serialize>(line: &L, bytes: &mut Vec<u8>) -> io::Result<()> {
    serde_json::to_writer(&mut *bytes, line)?;
    bytes.push(b'\n');
    Ok(())
}
