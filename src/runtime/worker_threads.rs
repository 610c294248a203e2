//! Starts the threads that wait for the network.

use std::io;
use std::sync::Mutex;
use std::thread;

use tokio::runtime::{Builder, Runtime};

/// How many threads wait for servers.
const WORKER_THREADS: usize = 2;

/// Builds the Tokio runtime for everything that waits for a server.
///
/// # Errors
/// When the system has no more threads.
pub(crate) fn build_worker_runtime() -> io::Result<Runtime> {
    check_threads()?;
    Builder::new_multi_thread().worker_threads(WORKER_THREADS).enable_all().build()
}

/// Starts as many threads as Tokio will and ends them again: Tokio panics where it cannot start one.
fn check_threads() -> io::Result<()> {
    let gate = Mutex::new(());
    thread::scope(|scope| {
        // Held until all have been started, so that they are there at the same time.
        let _held = gate.lock();
        for _ in 0..WORKER_THREADS {
            thread::Builder::new().spawn_scoped(scope, || drop(gate.lock()))?;
        }
        Ok(())
    })
}
