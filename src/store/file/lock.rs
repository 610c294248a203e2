//! One terminal writes at a time: an operating system lock on a file in the state folder.
//! May not rely on it alone: the web app takes no lock, so every write looks again before it.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

use crate::store::file::error::StoreError;
use crate::store::file::private;

/// How long another terminal may take before something must be wrong with it.
const LOCK_TIMEOUT: Duration = Duration::from_secs(20);

/// The lock while it is held; dropping it gives it back, and so does dying.
#[derive(Debug)]
pub struct LockGuard {
    _file: File,
    /// Whether it keeps others out.
    pub support: LockSupport,
}

/// Whether the file system has locks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LockSupport {
    /// It has.
    Supported,
    /// It has none, as some network folders: terminals must not write at once.
    Unsupported,
}

/// Waits for the lock.
///
/// # Errors
/// When the file cannot be made, or another terminal holds it for twenty seconds. A file system
/// without locks is no error: the check before each write still stands.
pub fn acquire(path: &Path) -> Result<LockGuard, StoreError> {
    let file = private::open(path, OpenOptions::new().create(true).truncate(false).write(true))
        .map_err(|error| StoreError::io("opened", path, error))?;
    let tried = file.try_lock();
    resolve_attempt(file, tried, path)
}

fn resolve_attempt(
    file: File,
    tried: Result<(), TryLockError>,
    path: &Path,
) -> Result<LockGuard, StoreError> {
    match tried {
        Ok(()) => Ok(LockGuard { _file: file, support: LockSupport::Supported }),
        Err(TryLockError::WouldBlock) => wait_for_lock(file, path),
        Err(TryLockError::Error(error)) => Ok(unsupported(file, &error)),
    }
}

/// Waits in the system's own queue: who only looked from time to time would hardly ever find the
/// lock free while another terminal writes one thing after the other.
fn wait_for_lock(file: File, path: &Path) -> Result<LockGuard, StoreError> {
    let failed = |error| StoreError::io("locked", path, error);
    let (tell, told) = channel();
    // The lock belongs to the open file, which both handles share. If nobody waits for it any
    // more when it comes, the last handle closes and gives it back.
    let waiting = file.try_clone().map_err(failed)?;
    thread::Builder::new()
        .name("lock".into())
        .spawn(move || {
            let _ = tell.send(waiting.lock());
        })
        .map_err(failed)?;
    match told.recv_timeout(LOCK_TIMEOUT) {
        Ok(Ok(())) => Ok(LockGuard { _file: file, support: LockSupport::Supported }),
        Ok(Err(error)) => Ok(unsupported(file, &error)),
        Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
            Err(StoreError::LockTimeout(path.to_path_buf()))
        }
    }
}

fn unsupported(file: File, error: &io::Error) -> LockGuard {
    tracing::warn!(%error, "locks do not work here");
    LockGuard { _file: file, support: LockSupport::Unsupported }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_system_without_locks_is_said_and_no_obstacle() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let refused = Err(TryLockError::Error(io::Error::from(io::ErrorKind::Unsupported)));
        let held = resolve_attempt(file.reopen().unwrap(), refused, file.path()).unwrap();
        assert_eq!(held.support, LockSupport::Unsupported);
    }

    #[test]
    fn a_lock_is_waited_for_and_comes_when_the_other_gives_it_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let held = acquire(&path).unwrap();
        assert_eq!(held.support, LockSupport::Supported);
        let (tell, told) = channel();
        let other = path.clone();
        let waiting = thread::spawn(move || {
            tell.send(()).unwrap();
            acquire(&other).map(|held| held.support)
        });
        told.recv().unwrap();
        assert!(!waiting.is_finished());
        drop(held);
        assert_eq!(waiting.join().unwrap().unwrap(), LockSupport::Supported);
    }
}
