//! What the person types, line by line; several lines at once where they belong together.
//! May not interpret a line.

use std::io::{self, BufRead, IsTerminal};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{Receiver, channel};
use tokio::time::timeout;

/// Lines that come within this time of each other were pasted, not typed.
const PASTE_INTERVAL: Duration = Duration::from_millis(40);

/// What came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum UserInput {
    /// A message or a command.
    Message(String),
    /// Ctrl+C.
    Interrupted,
    /// There is no more input.
    End,
}

/// Begins to take Ctrl+C as something to be told of.
pub(super) async fn watch_interrupts() {
    tokio::select! {
        biased;
        _ = tokio::signal::ctrl_c() => {}
        () = std::future::ready(()) => {}
    }
}

/// A line, and when it was entered: it may wait long for its turn.
type TimedLine = (Instant, String);

/// A reader of standard input.
pub(super) struct LineReader {
    lines_rx: Receiver<TimedLine>,
    /// The line that turned out not to belong to the message before it.
    pending_line: Option<TimedLine>,
    is_terminal: bool,
}

impl LineReader {
    /// Starts reading.
    pub(super) fn start() -> Self {
        let (send, lines) = channel(256);
        let typed = io::stdin().is_terminal();
        // Reading cannot be interrupted; the thread ends with the program.
        let reading = thread::Builder::new().name("lines".into()).spawn(move || {
            let mut input = io::stdin().lock();
            let mut bytes = Vec::new();
            while input.read_until(b'\n', &mut bytes).is_ok_and(|read| read > 0) {
                let line = String::from_utf8_lossy(&bytes);
                let line = line.trim_end_matches(['\n', '\r']).to_owned();
                bytes.clear();
                if send.blocking_send((Instant::now(), line)).is_err() {
                    return;
                }
            }
        });
        if let Err(error) = reading {
            tracing::error!(%error, "standard input cannot be read");
        }
        Self { lines_rx: lines, pending_line: None, is_terminal: typed }
    }

    /// The next message. Lines that were pasted together are one, and so are lines that end in a
    /// backslash with what follows them.
    pub(super) async fn next(&mut self) -> UserInput {
        let mut message = String::new();
        loop {
            let line = tokio::select! {
                line = self.line() => line,
                _ = tokio::signal::ctrl_c() => return UserInput::Interrupted,
            };
            let Some((entered, line)) = line else {
                return if message.is_empty() {
                    UserInput::End
                } else {
                    UserInput::Message(message)
                };
            };
            if let Some(begun) = line.strip_suffix('\\') {
                message.push_str(begun);
                message.push('\n');
                continue;
            }
            message.push_str(&line);
            if self.is_terminal {
                self.add_pasted(&mut message, entered).await;
            }
            return UserInput::Message(message);
        }
    }

    async fn line(&mut self) -> Option<TimedLine> {
        match self.pending_line.take() {
            Some(line) => Some(line),
            None => self.lines_rx.recv().await,
        }
    }

    /// Adds the lines that were pasted with the last one; what was typed ahead while an answer came
    /// is a message of its own.
    async fn add_pasted(&mut self, message: &mut String, mut last: Instant) {
        while let Ok(Some((entered, more))) = timeout(PASTE_INTERVAL, self.line()).await {
            if entered.saturating_duration_since(last) > PASTE_INTERVAL {
                self.pending_line = Some((entered, more));
                return;
            }
            message.push('\n');
            message.push_str(&more);
            last = entered;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lines_typed_ahead_are_messages_of_their_own_and_pasted_ones_are_one() {
        let (send, lines) = channel(8);
        let mut it = LineReader { lines_rx: lines, pending_line: None, is_terminal: true };
        let start = Instant::now();
        for (after, line) in [(0, "a"), (1, "b"), (900, "/list"), (2000, "c\\"), (9000, "d")] {
            let entered = start + Duration::from_millis(after);
            send.try_send((entered, line.to_owned())).unwrap();
        }
        drop(send);
        for wanted in ["a\nb", "/list", "c\nd"] {
            assert_eq!(it.next().await, UserInput::Message(wanted.to_owned()));
        }
        assert_eq!(it.next().await, UserInput::End);
    }
}
