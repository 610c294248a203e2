//! Starts the threads that wait for the network.

use std::io;
use std::sync::Mutex;
use std::thread;

use tokio::runtime::{Builder, Runtime};

/// How many threads wait for servers. Our choice: waiting takes no time of a processor, and a second
/// thread serves the keyboard while one parses a long answer.
const WORKER_THREADS: usize = 2;

/// How many more Tokio starts at once where something blocks, such as reading the key.
const BLOCKING_THREADS: usize = 2;

/// How many connected pairs of files Tokio and a connection to a server need at least.
#[cfg(unix)]
const FILE_PAIRS: usize = 6;

/// Builds the Tokio runtime for everything that waits for a server.
///
/// # Errors
/// When the system has no more threads or files.
pub(crate) fn build_worker_runtime() -> io::Result<Runtime> {
    check_threads()?;
    check_files()?;
    Builder::new_multi_thread().worker_threads(WORKER_THREADS).enable_all().build()
}

/// Starts as many threads as Tokio will and ends them again: Tokio panics where it cannot start one.
fn check_threads() -> io::Result<()> {
    let start_lock = Mutex::new(());
    thread::scope(|scope| {
        // Held until all have been started, so that they are there at the same time.
        let _held = start_lock.lock();
        for _ in 0..WORKER_THREADS.saturating_add(BLOCKING_THREADS) {
            thread::Builder::new().spawn_scoped(scope, || drop(start_lock.lock()))?;
        }
        Ok(())
    })
}

/// Opens as many files as Tokio will and closes them again: Tokio panics where it cannot open one.
#[cfg(unix)]
fn check_files() -> io::Result<()> {
    let pairs = (0..FILE_PAIRS).map(|_| std::os::unix::net::UnixStream::pair());
    pairs.collect::<io::Result<Vec<_>>>().map(drop)
}

#[cfg(not(unix))]
fn check_files() -> io::Result<()> {
    Ok(())
}
