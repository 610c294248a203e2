//! A lock for a file whose content others must be able to read where locks keep readers out.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::store::file::identity::is_linked_at;
use crate::store::file::private;

/// The locked file beside the log, which is removed when this value is dropped. After a crash it stays,
/// unlocked, until another process takes over the log.
#[derive(Debug)]
pub(in crate::store::state) struct LogLock {
    file: File,
    path: PathBuf,
}

impl LogLock {
    /// Locks the file beside a log, which is created for that; fails where another process has it.
    pub(in crate::store::state) fn try_take(_: &File, log: &Path) -> Result<Self, TryLockError> {
        let path = log.with_added_extension("lock");
        let options = &mut OpenOptions::new();
        let file = private::open(&path, options.create(true).truncate(false).write(true));
        let file = match file {
            Ok(file) => file,
            // Windows says so of a file that is being removed.
            Err(error) if error.kind() == ErrorKind::PermissionDenied => {
                return Err(TryLockError::WouldBlock);
            }
            Err(error) => return Err(TryLockError::Error(error)),
        };
        file.try_lock()?;
        // Between opening and locking, its holder may have removed it; another may have a new one.
        if is_linked_at(&file, &path) {
            Ok(Self { file, path })
        } else {
            Err(TryLockError::WouldBlock)
        }
    }
}

impl Drop for LogLock {
    fn drop(&mut self) {
        // While it is locked, so that no other process can have it by then.
        let _ = fs::remove_file(&self.path);
        let _ = self.file.unlock();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_is_locked_once_at_a_time_and_readable_all_the_time() {
        let folder = tempfile::tempdir().unwrap();
        let log = folder.path().join("a.jsonl");
        fs::write(&log, "line\n").unwrap();
        let take = || LogLock::try_take(&File::open(&log).unwrap(), &log);
        let held = take().unwrap();
        assert!(matches!(take(), Err(TryLockError::WouldBlock)));
        assert_eq!(fs::read_to_string(&log).unwrap(), "line\n");
        drop(held);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        // That of a process that crashed.
        fs::write(folder.path().join("a.jsonl.lock"), "").unwrap();
        assert!(take().is_ok());
    }
}
