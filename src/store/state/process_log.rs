//! A log of what this process has under way, in a file of its own that is locked while it lives. A
//! process that finds the file of a dead one takes it over.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::log_file::{LogFile, OpenLog, encode};
use crate::store::file::private::Durability;

/// How many bytes a file, or what waits to be written to it, must have to be worth rewriting.
const COMPACTION_THRESHOLD: usize = 1 << 20;

/// The state that the lines of a log amount to.
pub trait LogState: Default {
    /// A line of the log, one JSON value.
    type LogLine: Clone + Serialize + DeserializeOwned;

    /// Applies one line, which may come twice: a crash can leave it in two files.
    fn apply(&mut self, line: Self::LogLine);

    /// The fewest lines that amount to this state.
    fn lines(&self) -> Vec<Self::LogLine>;

    /// Whether nothing is under way, so that no file is needed.
    fn is_empty(&self) -> bool;
}

/// The log of this process. There is a file only as long as the state is not empty.
#[derive(Debug)]
pub struct ProcessLog<S: LogState> {
    folder: PathBuf,
    file: Option<LogFile>,
    state: S,
    /// Lines that are not in the file yet.
    unwritten: Vec<u8>,
    /// Whether the file lacks more than the unwritten lines and must be rewritten.
    needs_rewrite: bool,
}

/// The log of a dead process, locked as long as this value lives.
#[derive(Debug)]
pub struct DeadLog<S> {
    /// The state it amounts to.
    pub state: S,
    /// When it was last written to.
    pub modified: SystemTime,
    file: LogFile,
}

impl<S: LogState> DeadLog<S> {
    /// Adds a line to the log of a process that is gone.
    pub(super) fn append(&mut self, line: &S::LogLine) -> io::Result<()> {
        self.file.append_line(line)?;
        self.state.apply(line.clone());
        Ok(())
    }
}

impl<S> DeadLog<S> {
    /// Removes the file, whose content is somewhere else now.
    pub fn remove(self) {
        self.file.remove();
    }
}

impl<S: LogState> ProcessLog<S> {
    /// The log of this process in a folder, which may not exist yet.
    #[must_use]
    pub fn new(folder: &Path) -> Self {
        let (folder, state, unwritten) = (folder.to_path_buf(), S::default(), Vec::new());
        Self { folder, file: None, state, unwritten, needs_rewrite: false }
    }

    /// The state it amounts to.
    #[must_use]
    pub const fn state(&self) -> &S {
        &self.state
    }

    /// The state, to set what is not logged.
    pub const fn state_mut(&mut self) -> &mut S {
        &mut self.state
    }

    /// Returns `false` where earlier lines could not be written and are tried again.
    #[must_use]
    pub const fn is_written(&self) -> bool {
        self.unwritten.is_empty() && !self.needs_rewrite
    }

    /// Adds and writes lines.
    ///
    /// # Errors
    /// When they cannot be written. The state has them all the same, and the next call writes them.
    pub fn append(&mut self, lines: &[S::LogLine], durability: Durability) -> io::Result<()> {
        lines.iter().try_for_each(|line| self.add(line))?;
        self.flush(durability)
    }

    /// Adds a line that the next `flush` writes.
    ///
    /// # Errors
    /// When serde cannot serialise it, which no line of this program causes.
    pub fn add(&mut self, line: &S::LogLine) -> io::Result<()> {
        encode(line, &mut self.unwritten)?;
        self.state.apply(line.clone());
        Ok(())
    }

    /// Writes the lines that wait. A file that was removed is written anew with the whole state; one
    /// that is no longer needed is removed.
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
            // It stays locked: its folder may come back, and this process is not dead.
            self.needs_rewrite = true;
        }
        if self.needs_rewrite {
            return self.rewrite(&self.compacted_lines()?);
        }
        if let Err(error) = self.write(durability) {
            // What cannot be written must not fill the memory.
            if self.unwritten.len() > COMPACTION_THRESHOLD {
                self.unwritten.clear();
                self.needs_rewrite = true;
            }
            return Err(error);
        }
        Ok(())
    }

    /// The length of the file in bytes.
    #[must_use]
    pub fn length(&self) -> u64 {
        self.file.as_ref().and_then(|file| file.length().ok()).unwrap_or_default()
    }

    /// Removes lines that no later line can revoke because the disk is full: the file is cut to the
    /// length it had before them. The state is written once there is space.
    ///
    /// # Errors
    /// When the file cannot be cut.
    pub fn truncate(&mut self, length: u64) -> io::Result<()> {
        self.unwritten.clear();
        self.needs_rewrite = true;
        self.file.as_mut().map_or(Ok(()), |file| file.truncate(length))
    }

    /// Rewrites a long file of which most is no longer needed.
    ///
    /// # Errors
    /// When it cannot be written; the old one stays then.
    pub fn compact(&mut self) -> io::Result<()> {
        let length = self.file.as_ref().map_or(Ok(0), LogFile::length)?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length < COMPACTION_THRESHOLD || !self.is_written() {
            return Ok(());
        }
        let needed = self.compacted_lines()?;
        if needed.len() > length / 4 { Ok(()) } else { self.rewrite(&needed) }
    }

    /// Takes over the logs of dead processes; returns whether there was anything in them.
    pub fn take_over_dead_logs(&mut self) -> bool {
        let mut has_taken = false;
        for dead in self.dead_logs() {
            if dead.state.is_empty() {
                dead.remove();
                continue;
            }
            has_taken = true;
            if self.file.is_none() && self.state.is_empty() {
                self.state = dead.state;
                self.file = Some(dead.file);
            } else {
                match self.append(&dead.state.lines(), Durability::Synced) {
                    Ok(()) => dead.remove(),
                    // It stays and is found again.
                    Err(error) => tracing::warn!(%error, "a log could not be taken over"),
                }
            }
        }
        has_taken
    }

    /// The logs of dead processes.
    #[must_use]
    pub fn dead_logs(&self) -> Vec<DeadLog<S>> {
        let dead = self.paths_of_others().filter_map(LogFile::take_over);
        dead.map(|OpenLog { file, content, modified }| {
            let replayed = replay_counted(&content);
            if replayed.unreadable > 0 {
                // Lines of another version of the program, or damaged ones: the file will be removed.
                file.copy_aside(&content);
            }
            DeadLog { state: replayed.state, modified, file }
        })
        .collect()
    }

    /// The states of other processes, living or dead.
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

    /// Replaces the file by another with these lines.
    fn rewrite(&mut self, lines: &[u8]) -> io::Result<()> {
        let mut new = LogFile::create(&self.folder)?;
        let written = new.append(lines).and_then(|()| new.sync());
        let old = self.file.as_mut();
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

/// What the lines of a log amount to.
struct Replayed<S> {
    state: S,
    /// How many complete lines could not be read.
    unreadable: usize,
}

/// The state that lines amount to. One that cannot be read is skipped; the last may be incomplete.
pub(super) fn replay<S: LogState>(content: &[u8]) -> S {
    replay_counted(content).state
}

fn replay_counted<S: LogState>(content: &[u8]) -> Replayed<S> {
    let mut replayed = Replayed { state: S::default(), unreadable: 0 };
    for line in content.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        match serde_json::from_slice(line) {
            Ok(line) => replayed.state.apply(line),
            Err(_) => replayed.unreadable = replayed.unreadable.saturating_add(1),
        }
    }
    replayed
}
