//! The disk's thread as others see it: whether it has ended, and how.
//! May not end it.

use std::convert::Infallible;
use std::io;
use std::thread::{Builder, JoinHandle};

use tokio::sync::mpsc::{Receiver, channel};

/// How it ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThreadEnd {
    /// It was told to.
    Requested,
    /// By a panic.
    Panicked,
}

/// A thread whose end can be waited for.
#[derive(Debug)]
pub struct StoreThread {
    thread: Option<JoinHandle<()>>,
    /// Nothing is ever sent; the other end is dropped when the thread ends, failures included.
    alive: Receiver<Infallible>,
}

impl StoreThread {
    /// Starts it.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(builder: Builder, work: impl FnOnce() + Send + 'static) -> io::Result<Self> {
        let (living, alive) = channel(1);
        let thread = builder.spawn(move || {
            let _living = living;
            work();
        })?;
        Ok(Self { thread: Some(thread), alive })
    }

    /// Waits until it has ended.
    pub async fn wait_for_end(&mut self) {
        while self.alive.recv().await.is_some() {}
    }

    /// Waits for it in place; tells how it ended. A panic has been noted by the hook.
    pub fn join(&mut self) -> ThreadEnd {
        match self.thread.take().map(JoinHandle::join) {
            None | Some(Ok(())) => ThreadEnd::Requested,
            Some(Err(_)) => ThreadEnd::Panicked,
        }
    }
}
