//! An operating system lock, so that one terminal writes at a time.
//! Must not be the only protection: the web app takes no lock, so every write checks the version.

use std::fs::{File, OpenOptions, TryLockError};
use std::io;
use std::path::Path;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use crate::store::file::error::StoreError;
use crate::store::file::private;

/// How long another terminal may hold the lock before this one gives up.
const LOCK_TIMEOUT: Duration = Duration::from_secs(20);

/// How often work is done that must not wait for the lock.
const WORK_EVERY: Duration = Duration::from_millis(250);

/// The held lock; dropping it or dying releases it.
#[derive(Debug)]
pub(crate) struct LockGuard {
    _file: File,
    /// Whether holding it keeps others out, or the file system has no locks.
    pub support: LockSupport,
}

/// Whether the file system has locks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LockSupport {
    Supported,
    /// It has none, as some network file systems: terminals must not write at the same time.
    Unsupported,
}

/// Waits for the lock.
///
/// # Errors
/// When the file cannot be made, or another terminal holds it for twenty seconds. A file system
/// without locks is no error: the check before each write still applies.
pub(crate) fn acquire(path: &Path) -> Result<LockGuard, StoreError> {
    acquire_while(path, &mut || {})
}

/// Whether no other terminal holds the lock at the moment.
pub(crate) fn is_free(path: &Path) -> bool {
    let file = File::open(path).ok();
    file.is_none_or(|file| !matches!(file.try_lock(), Err(TryLockError::WouldBlock)))
}

/// Waits for the lock; calls `work` repeatedly until the lock is held.
///
/// # Errors
/// As [`acquire`] does.
pub(crate) fn acquire_while(path: &Path, work: &mut dyn FnMut()) -> Result<LockGuard, StoreError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    private::make_folder(folder)
        .map_err(|source| StoreError::FolderNotMade { path: folder.to_path_buf(), source })?;
    let file = private::open(path, OpenOptions::new().create(true).truncate(false).write(true))
        .map_err(|error| StoreError::io("opened", path, error))?;
    let attempt = file.try_lock();
    resolve_attempt(file, attempt, path, work)
}

fn resolve_attempt(
    file: File,
    attempt: Result<(), TryLockError>,
    path: &Path,
    work: &mut dyn FnMut(),
) -> Result<LockGuard, StoreError> {
    match attempt {
        Ok(()) => Ok(LockGuard { _file: file, support: LockSupport::Supported }),
        Err(TryLockError::WouldBlock) => wait_for_lock(file, path, work),
        Err(TryLockError::Error(error)) => Ok(unsupported(file, &error)),
    }
}

/// Waits in the queue of the system, because polling would hardly ever find the lock free while
/// another terminal makes many writes.
fn wait_for_lock(file: File, path: &Path, work: &mut dyn FnMut()) -> Result<LockGuard, StoreError> {
    let failed = |error| StoreError::io("locked", path, error);
    let (done_tx, done_rx) = channel();
    // The lock belongs to the open file, which both handles share. If it is granted after the
    // timeout, the last handle is closed, which releases it.
    let waiting = file.try_clone().map_err(failed)?;
    thread::Builder::new()
        .name("lock".into())
        .spawn(move || {
            let _ = done_tx.send(retry_interrupted(|| waiting.lock()));
        })
        .map_err(failed)?;
    let started = Instant::now();
    loop {
        match done_rx.recv_timeout(WORK_EVERY) {
            Ok(Ok(())) => return Ok(LockGuard { _file: file, support: LockSupport::Supported }),
            Ok(Err(error)) => return Ok(unsupported(file, &error)),
            Err(RecvTimeoutError::Timeout) if started.elapsed() < LOCK_TIMEOUT => work(),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                return Err(StoreError::LockTimeout(path.to_path_buf()));
            }
        }
    }
}

/// Waits again after a signal, which must not be taken for a file system without locks.
fn retry_interrupted(mut wait: impl FnMut() -> io::Result<()>) -> io::Result<()> {
    loop {
        match wait() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            done => return done,
        }
    }
}

fn unsupported(file: File, error: &io::Error) -> LockGuard {
    tracing::warn!(%error, "the file system has no locks");
    LockGuard { _file: file, support: LockSupport::Unsupported }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_system_without_locks_is_reported_and_no_error() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let refused = Err(TryLockError::Error(io::Error::from(io::ErrorKind::Unsupported)));
        let guard =
            resolve_attempt(file.reopen().unwrap(), refused, file.path(), &mut || {}).unwrap();
        assert_eq!(guard.support, LockSupport::Unsupported);
    }

    #[test]
    fn after_each_signal_the_lock_is_waited_for_once_more() {
        use io::ErrorKind::{Interrupted, Unsupported};
        for (last, wanted) in [(Ok(()), Ok(())), (Err(Unsupported), Err(Unsupported))] {
            let mut outcomes =
                [Err(Interrupted), Err(Interrupted), Err(Interrupted), last].into_iter();
            let waited = retry_interrupted(|| outcomes.next().unwrap().map_err(io::Error::from));
            assert_eq!(waited.map_err(|error| error.kind()), wanted);
            assert_eq!(outcomes.next(), None);
        }
    }

    #[test]
    fn a_lock_is_granted_when_its_holder_releases_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let guard = acquire(&path).unwrap();
        assert_eq!(guard.support, LockSupport::Supported);
        let (done_tx, done_rx) = channel();
        let other = path.clone();
        let waiting = thread::spawn(move || {
            done_tx.send(()).unwrap();
            acquire(&other).map(|guard| guard.support)
        });
        done_rx.recv().unwrap();
        assert!(!waiting.is_finished());
        drop(guard);
        assert_eq!(waiting.join().unwrap().unwrap(), LockSupport::Supported);
    }
}
