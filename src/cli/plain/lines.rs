//! What the person types, line by line; several lines at once where they belong together.
//! May not interpret a line.

use std::io::{self, BufRead, IsTerminal};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{Receiver, channel};
use tokio::time::timeout;

/// Lines that come within this time of each other were pasted, not typed.
const PASTED: Duration = Duration::from_millis(40);

/// What came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Said {
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
type Entered = (Instant, String);

/// A reader of standard input.
pub(super) struct Lines {
    entered: Receiver<Entered>,
    /// The line that turned out not to belong to the message before it.
    waiting: Option<Entered>,
    typed: bool,
}

impl Lines {
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
        Self { entered: lines, waiting: None, typed }
    }

    /// The next message. Lines that were pasted together are one, and so are lines that end in a
    /// backslash with what follows them.
    pub(super) async fn next(&mut self) -> Said {
        let mut message = String::new();
        loop {
            let line = tokio::select! {
                line = self.line() => line,
                _ = tokio::signal::ctrl_c() => return Said::Interrupted,
            };
            let Some((entered, line)) = line else {
                return if message.is_empty() { Said::End } else { Said::Message(message) };
            };
            if let Some(begun) = line.strip_suffix('\\') {
                message.push_str(begun);
                message.push('\n');
                continue;
            }
            message.push_str(&line);
            if self.typed {
                self.add_pasted(&mut message, entered).await;
            }
            return Said::Message(message);
        }
    }

    async fn line(&mut self) -> Option<Entered> {
        match self.waiting.take() {
            Some(line) => Some(line),
            None => self.entered.recv().await,
        }
    }

    /// Adds the lines that were pasted with the last one; what was typed ahead while an answer came
    /// is a message of its own.
    async fn add_pasted(&mut self, message: &mut String, mut last: Instant) {
        while let Ok(Some((entered, more))) = timeout(PASTED, self.line()).await {
            if entered.saturating_duration_since(last) > PASTED {
                self.waiting = Some((entered, more));
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
        let mut it = Lines { entered: lines, waiting: None, typed: true };
        let start = Instant::now();
        for (after, line) in [(0, "a"), (1, "b"), (900, "/list"), (2000, "c\\"), (9000, "d")] {
            let entered = start + Duration::from_millis(after);
            send.try_send((entered, line.to_owned())).unwrap();
        }
        drop(send);
        for wanted in ["a\nb", "/list", "c\nd"] {
            assert_eq!(it.next().await, Said::Message(wanted.to_owned()));
        }
        assert_eq!(it.next().await, Said::End);
    }
}
