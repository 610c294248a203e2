//! Reads the terminal as a stream of events, changes of its size included.
//! Must not read while another program has the terminal.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc::Sender;

use super::access::{Access, LineFeed};
use super::decoder::TerminalEvent;
use super::reader_thread::ReaderThread;
use crate::runtime::terminal_size::read_size;

/// Reads the events of the terminal.
#[derive(Debug)]
pub struct TerminalReader {
    thread: ReaderThread,
    events: Sender<TerminalEvent>,
    resizes: Signal,
}

impl TerminalReader {
    /// Begins to read. The thread that reads sends the events itself, because a task between it and their
    /// receiver would delay each key. Must be called within a runtime.
    ///
    /// # Errors
    /// When the system has no thread, file descriptor or signal to give.
    pub fn start(typed_ahead: LineFeed, events: Sender<TerminalEvent>) -> io::Result<Self> {
        let resizes = signal(SignalKind::window_change())?;
        let thread = ReaderThread::start(Access::Read, typed_ahead, events.clone())?;
        Ok(Self { thread, events, resizes })
    }

    /// The next event that is not sent yet; `None` once the terminal is gone, or the receiver.
    pub async fn next(&mut self) -> Option<TerminalEvent> {
        tokio::select! {
            biased;
            () = self.thread.wait_for_end() => None,
            Some(()) = self.resizes.recv() => {
                // Without a size the terminal is about to be lost, which is reported separately.
                let (columns, rows) = read_size().unwrap_or_default();
                Some(TerminalEvent::Resized(columns, rows))
            }
        }
    }

    /// Lets go of the terminal or takes it again. When this returns nothing is read any more, and what had
    /// been read before is sent.
    ///
    /// # Errors
    /// When the system has no thread or file descriptor left.
    pub async fn switch(&mut self, access: Access) -> io::Result<()> {
        let thread = ReaderThread::start(access, LineFeed::Itself, self.events.clone())?;
        std::mem::replace(&mut self.thread, thread).stop().await;
        Ok(())
    }
}
