//! The lock of a log file, which tells others that its process lives.
//!
//! It is a lock of the file itself, except on Windows: there nobody else could read the file, so that a
//! file beside it is locked, which exists only as long as the lock is held.

#[cfg(any(windows, test))]
mod beside;

#[cfg(windows)]
pub(super) use beside::LogLock;

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
