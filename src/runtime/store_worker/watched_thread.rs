//! A thread whose end can be awaited, also where it ends by a panic.

use std::convert::Infallible;
use std::io;
use std::thread::{Builder, JoinHandle};

use tokio::sync::mpsc::{Receiver, channel};

/// A running thread.
#[derive(Debug)]
pub(super) struct WatchedThread {
    thread: Option<JoinHandle<()>>,
    /// Nothing is ever sent; the other end is dropped when the thread ends, panics included.
    alive_rx: Receiver<Infallible>,
}

impl WatchedThread {
    /// # Errors
    /// When the system cannot start a thread.
    pub(super) fn start(name: &str, work: impl FnOnce() + Send + 'static) -> io::Result<Self> {
        let (alive_tx, alive_rx) = channel(1);
        let thread = Builder::new().name(name.into()).spawn(move || {
            let _alive_tx = alive_tx;
            work();
        })?;
        Ok(Self { thread: Some(thread), alive_rx })
    }

    /// Waits until the thread has ended.
    pub(super) async fn wait_for_end(&mut self) {
        while self.alive_rx.recv().await.is_some() {}
    }

    /// Blocks until the thread has ended; `Err` where it has panicked.
    pub(super) fn join(&mut self) -> std::thread::Result<()> {
        self.thread.take().map_or(Ok(()), JoinHandle::join)
    }
}
