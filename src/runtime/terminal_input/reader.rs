//! Reads the terminal as a stream of events, changes of its size included.
//! Must not read while another program has the terminal.

use std::io;

use crossterm::terminal;
use tokio::signal::unix::{Signal, SignalKind, signal};

use super::access::Access;
use super::decoder::TerminalEvent;
use super::reader_thread::ReaderThread;

/// Reads the events of the terminal.
#[derive(Debug)]
pub struct TerminalReader {
    thread: ReaderThread,
    resizes: Signal,
}

impl TerminalReader {
    /// Begins to read. Must be called within a runtime.
    ///
    /// # Errors
    /// When the system has no thread, file descriptor or signal to give.
    pub fn start() -> io::Result<Self> {
        let resizes = signal(SignalKind::window_change())?;
        Ok(Self { thread: ReaderThread::first()?, resizes })
    }

    /// The next event; `None` after `TerminalEvent::Lost`.
    pub async fn next(&mut self) -> Option<TerminalEvent> {
        tokio::select! {
            biased;
            event = self.thread.next() => event,
            Some(()) = self.resizes.recv() => {
                // Without a size the terminal is about to be lost, which is reported separately.
                let (columns, rows) = terminal::size().unwrap_or_default();
                Some(TerminalEvent::Resized(columns, rows))
            }
        }
    }

    /// Lets go of the terminal or takes it again, and tells what had been read before. When this
    /// returns nothing is read any more.
    ///
    /// # Errors
    /// When the system has no thread or file descriptor left.
    pub async fn switch(&mut self, access: Access) -> io::Result<Vec<TerminalEvent>> {
        let thread = ReaderThread::start(access)?;
        Ok(std::mem::replace(&mut self.thread, thread).stop().await)
    }
}
