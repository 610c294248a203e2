//! The lock of a log file, which tells others that its process lives.
//!
//! On Windows, other processes cannot read a locked file. There, a second file beside the log file is
//! locked; it exists only while the lock is held. Elsewhere the log file itself is locked.

#[cfg(any(windows, test))]
mod lock_file;

#[cfg(windows)]
pub(super) use lock_file::LogLock;

/// The lock, which the file holds as long as it is open.
#[cfg(not(windows))]
#[derive(Debug)]
pub(super) struct LogLock;

#[cfg(not(windows))]
impl LogLock {
    /// Tries to lock the file.
    pub(super) fn try_take(
        file: &std::fs::File,
        _: &std::path::Path,
    ) -> Result<Self, std::fs::TryLockError> {
        file.try_lock().map(|()| Self)
    }
}
