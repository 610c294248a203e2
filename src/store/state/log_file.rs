//! An append-only file, locked by its process as long as that lives.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use serde::Serialize;
use uuid::Uuid;

use super::log_lock::LogLock;
use crate::store::file::identity::is_linked_at;
use crate::store::file::private;

/// After how long without a new line a process counts as dead where the file system has no locks. A
/// living one whose file was removed writes a new one.
const STALE_AFTER: Duration = Duration::from_mins(10);

/// The extension of all log files.
const EXTENSION: &str = "jsonl";

/// The file, locked as long as this value lives.
#[derive(Debug)]
pub(super) struct LogFile {
    path: PathBuf,
    file: File,
    /// Whether the folder has been synced since the file was created.
    is_name_synced: bool,
    /// `None` where the file system has no locks.
    lock: Option<LogLock>,
}

/// A file that this process locked, and what is in it.
#[derive(Debug)]
pub(super) struct OpenLog {
    pub(super) file: LogFile,
    /// Its complete lines; a cut-off last one is left out.
    pub(super) content: Vec<u8>,
    /// When it was last written to.
    pub(super) modified: SystemTime,
}

impl LogFile {
    /// Creates a file with a unique name.
    pub(super) fn create(folder: &Path) -> io::Result<Self> {
        private::make_folder(folder)?;
        loop {
            let path = Self::path(folder, &Uuid::new_v4().to_string());
            let file =
                private::open(&path, OpenOptions::new().create_new(true).read(true).write(true))?;
            // A process looking for dead ones may have been quicker: it is theirs now, or removed.
            if let Some(file) = Self::acquire(path, file) {
                return Ok(file);
            }
        }
    }

    /// Opens or creates a file and locks it; lines are appended to what is there. An error also where
    /// another process has the lock.
    pub(super) fn open(path: PathBuf) -> io::Result<Self> {
        private::make_folder(path.parent().unwrap_or(Path::new(".")))?;
        let options = &mut OpenOptions::new();
        let options = options.create(true).truncate(false).read(true).write(true);
        let file = private::open(&path, options)?;
        Ok(Self::acquire(path, file).ok_or(io::ErrorKind::WouldBlock)?.drop_partial_line()?.file)
    }

    /// Takes over a file whose process is dead; `None` if it lives, or the file was removed.
    pub(super) fn take_over(path: PathBuf) -> Option<OpenLog> {
        let file = OpenOptions::new().read(true).write(true).open(&path).ok()?;
        Self::acquire(path, file)?.drop_partial_line().ok()
    }

    /// The path of a log file in a folder.
    pub(super) fn path(folder: &Path, name: &str) -> PathBuf {
        folder.join(name).with_added_extension(EXTENSION)
    }

    /// The log files in a folder, sorted by name.
    pub(super) fn all_in(folder: &Path) -> Vec<PathBuf> {
        let mut paths: Vec<PathBuf> = private::files_with(folder, EXTENSION).collect();
        paths.sort();
        paths
    }

    pub(super) fn is_at(&self, path: &Path) -> bool {
        self.path == path
    }

    /// Copies what the file holds to `NAME.jsonl.broken`, where no process takes it over.
    pub(super) fn copy_aside(&self, content: &[u8]) {
        let aside = self.path.with_added_extension("broken");
        if aside.exists() {
            return;
        }
        match private::replace(&aside, content, private::Durability::Synced) {
            Ok(()) => {
                tracing::warn!(?aside, "lines of a log cannot be read; a copy of it was kept");
            }
            Err(error) => {
                tracing::warn!(%error, ?aside, "a log with unreadable lines was not copied");
            }
        }
    }

    /// Whether the file was neither removed nor replaced.
    pub(super) fn is_linked(&self) -> bool {
        is_linked_at(&self.file, &self.path)
    }

    /// Its length in bytes.
    pub(super) fn length(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    /// Truncates the file to a length, which needs no disk space.
    pub(super) fn truncate(&mut self, length: u64) -> io::Result<()> {
        if self.length()? > length {
            self.file.set_len(length)?;
            self.file.seek(io::SeekFrom::Start(length))?;
        }
        Ok(())
    }

    pub(super) fn read_all(&mut self) -> io::Result<Vec<u8>> {
        let mut content = Vec::new();
        self.file.rewind()?;
        self.file.read_to_end(&mut content)?;
        Ok(content)
    }

    /// Encodes and appends a line.
    pub(super) fn append_line(&mut self, line: &impl Serialize) -> io::Result<()> {
        let mut bytes = Vec::new();
        encode(line, &mut bytes)?;
        self.append(&bytes)
    }

    /// Appends lines. What a full disk cut short is removed, so that the next line begins a line.
    pub(super) fn append(&mut self, lines: &[u8]) -> io::Result<()> {
        let before = self.file.stream_position()?;
        self.file.write_all(lines).inspect_err(|_| {
            let _ = self.file.set_len(before);
            let _ = self.file.seek(io::SeekFrom::Start(before));
        })
    }

    /// Syncs what was appended, the first time the name of the file as well.
    pub(super) fn sync(&mut self) -> io::Result<()> {
        self.file.sync_data()?;
        if !self.is_name_synced {
            private::sync_folder(self.folder());
            self.is_name_synced = true;
        }
        Ok(())
    }

    /// Replaces another file under its name. This one stays locked.
    pub(super) fn replace(&mut self, other: &mut Self) -> io::Result<()> {
        fs::rename(&self.path, &other.path)?;
        self.path.clone_from(&other.path);
        // A lock may go with the name.
        std::mem::swap(&mut self.lock, &mut other.lock);
        private::sync_folder(self.folder());
        Ok(())
    }

    /// Removes the file. It is emptied first, so that no process takes over old lines if removing fails.
    pub(super) fn remove(self) {
        let _ = self.file.set_len(0);
        let _ = fs::remove_file(&self.path);
    }

    fn folder(&self) -> &Path {
        self.path.parent().unwrap_or(Path::new("."))
    }

    /// Takes the lock; `None` where another process has it, or the file was replaced meanwhile.
    fn acquire(path: PathBuf, file: File) -> Option<Self> {
        let tried = LogLock::try_take(&file, &path);
        let metadata = file.metadata().ok()?;
        let idle = metadata.modified().ok().and_then(|at| at.elapsed().ok()).unwrap_or_default();
        let is_free = !is_alive(&tried, idle, metadata.len()) && is_linked_at(&file, &path);
        is_free.then_some(Self { path, file, is_name_synced: false, lock: tried.ok() })
    }

    /// Cuts off a last line that a crash left incomplete, so that the next does not join it.
    fn drop_partial_line(mut self) -> io::Result<OpenLog> {
        let modified = self.file.metadata()?.modified()?;
        let mut content = self.read_all()?;
        let end = content.iter().rposition(|byte| *byte == b'\n');
        let whole = end.map_or(0, |end| end.saturating_add(1));
        if whole < content.len() {
            content.truncate(whole);
            self.file.set_len(u64::try_from(whole).map_err(io::Error::other)?)?;
            self.file.seek(io::SeekFrom::End(0))?;
        }
        Ok(OpenLog { file: self, content, modified })
    }
}

impl Drop for LogFile {
    /// Without locks, only the time of the file shows that this process has ended.
    fn drop(&mut self) {
        let stale = SystemTime::now().checked_sub(STALE_AFTER);
        if let Some(stale) = stale.filter(|_| self.lock.is_none()) {
            let _ = self.file.set_modified(stale);
        }
    }
}

/// Encodes a line of a file.
pub(super) fn encode(line: &impl Serialize, bytes: &mut Vec<u8>) -> io::Result<()> {
    serde_json::to_writer(&mut *bytes, line)?;
    bytes.push(b'\n');
    Ok(())
}

/// Whether the process of a file lives. Where the file system has no locks, one that wrote lately
/// does.
const fn is_alive<T>(tried: &Result<T, TryLockError>, idle: Duration, length: u64) -> bool {
    match tried {
        Ok(_) => false,
        Err(TryLockError::WouldBlock) => true,
        Err(TryLockError::Error(_)) => length > 0 && idle.as_secs() < STALE_AFTER.as_secs(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_locks_a_process_that_stopped_writing_counts_as_dead() {
        let none = || Err::<(), _>(TryLockError::Error(io::ErrorKind::Unsupported.into()));
        let short = STALE_AFTER.saturating_sub(Duration::from_secs(1));
        assert!(is_alive(&none(), short, 1));
        assert!(!is_alive(&none(), STALE_AFTER, 1));
        assert!(!is_alive(&none(), short, 0), "it was just created");
        assert!(is_alive(&Err::<(), _>(TryLockError::WouldBlock), STALE_AFTER, 0));
        assert!(!is_alive(&Ok(()), Duration::ZERO, 1));
    }

    #[test]
    fn without_locks_a_process_that_ends_leaves_its_file_at_once() {
        let folder = tempfile::tempdir().unwrap();
        let mut file = LogFile::create(folder.path()).unwrap();
        file.append(b"1\n").unwrap();
        file.lock = None;
        let path = file.path.clone();
        drop(file);
        let changed = fs::metadata(path).unwrap().modified().unwrap();
        assert!(changed.elapsed().unwrap() >= STALE_AFTER);
    }

    #[test]
    fn an_incomplete_line_is_cut_off_before_the_next_is_appended() {
        let folder = tempfile::tempdir().unwrap();
        let path = LogFile::path(folder.path(), "a");
        fs::write(&path, "whole\ncut sho").unwrap();
        let mut log = LogFile::take_over(path.clone()).unwrap();
        assert_eq!(log.content, b"whole\n");
        assert!(LogFile::take_over(path.clone()).is_none(), "it is held");
        log.file.append(b"next\n").unwrap();
        assert_eq!(fs::read_to_string(path).unwrap(), "whole\nnext\n");
    }
}
