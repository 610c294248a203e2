//! Reads the console of Windows, where keys are no bytes, with crossterm.
//! Must not read while another program has the terminal.

use std::future::{pending, poll_fn};
use std::io;
use std::task::Poll;
use std::time::Duration;

use crossterm::event::{Event, EventStream};
use futures_util::StreamExt;
use tokio::sync::mpsc::Sender;
use tokio::time::timeout;

use super::access::{Access, LineFeed};
use super::alt_gr::without_alt_gr;
use super::decoder::TerminalEvent;
use crate::runtime::terminal_size::drawn_size;

/// How long the library's thread may take to stop reading.
const STREAM_STOP_TIMEOUT: Duration = Duration::from_secs(2);

/// Reads the events of the terminal.
#[derive(Debug)]
pub struct TerminalReader {
    /// `None` while another program has the terminal.
    events: Option<EventStream>,
}

impl TerminalReader {
    /// Begins to read; nothing is sent, all of it comes from `next`. Must be called within a runtime.
    ///
    /// # Errors
    /// Never; the signature is that of the other systems.
    pub fn start(_: LineFeed, _: Sender<TerminalEvent>) -> io::Result<Self> {
        Ok(Self { events: Some(EventStream::new()) })
    }

    /// The next event; `None` once the terminal is gone.
    pub async fn next(&mut self) -> Option<TerminalEvent> {
        match &mut self.events {
            Some(events) => Some(events.next().await?.ok()?.into()),
            None => pending().await,
        }
    }

    /// Lets go of the terminal or takes it again.
    ///
    /// # Errors
    /// Never; the signature is that of the other systems.
    pub async fn switch(&mut self, access: Access) -> io::Result<()> {
        match access {
            Access::Read => self.events = Some(EventStream::new()),
            Access::Watch => {
                if let Some(events) = self.events.take() {
                    stop_stream(events).await;
                }
            }
        }
        Ok(())
    }
}

/// Lets go of the terminal. The thread of the library goes on reading until it notices, which may take a
/// while on a busy machine. Then it wakes the task that polled its stream last, which is this one.
async fn stop_stream(events: EventStream) {
    drop(events);
    let mut polled = false;
    let woken =
        poll_fn(
            |_| {
                if std::mem::replace(&mut polled, true) { Poll::Ready(()) } else { Poll::Pending }
            },
        );
    // The other program must not wait for ever if the library never wakes this task.
    let _ = timeout(STREAM_STOP_TIMEOUT, woken).await;
}

impl From<Event> for TerminalEvent {
    fn from(event: Event) -> Self {
        match event {
            Event::Key(key) => Self::Key(without_alt_gr(key)),
            Event::Paste(text) => Self::Paste(text),
            Event::Mouse(mouse) => Self::Mouse(mouse),
            Event::Resize(columns, rows) => {
                let (columns, rows) = drawn_size(Some((columns, rows)));
                Self::Resized(columns, rows)
            }
            Event::FocusGained => Self::FocusGained,
            Event::FocusLost => Self::FocusLost,
        }
    }
}
