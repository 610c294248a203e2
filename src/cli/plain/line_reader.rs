//! Reads messages from standard input: a line each, or several lines that were pasted together.

use std::io::{self, BufRead, IsTerminal};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{Receiver, channel};
use tokio::time::timeout;

use super::interrupts::Interrupts;

/// Lines that follow each other within this time were pasted, not typed.
const PASTE_INTERVAL: Duration = Duration::from_millis(40);

/// What the user did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum UserInput {
    /// Entered a message or a command.
    Message(String),
    /// Pressed Ctrl+C.
    Interrupted,
    /// Ended the input, by Ctrl+D or because the pipe is empty.
    End,
}

/// A line with the time it was entered; typed-ahead lines are read later.
type TimedLine = (Instant, String);

/// Reads standard input in a thread of its own.
pub(super) struct LineReader {
    lines_rx: Receiver<TimedLine>,
    /// The line that was read to see whether it belongs to the message before.
    pending_line: Option<TimedLine>,
    is_terminal: bool,
}

impl LineReader {
    pub(super) fn start() -> Self {
        let (line_tx, lines_rx) = channel(256);
        let is_terminal = io::stdin().is_terminal();
        // Reading cannot be interrupted; the thread ends with the program.
        let thread = thread::Builder::new().name("lines".into()).spawn(move || {
            let mut input = io::stdin().lock();
            let mut bytes = Vec::new();
            while input.read_until(b'\n', &mut bytes).is_ok_and(|read| read > 0) {
                let line = String::from_utf8_lossy(&bytes);
                let line = line.trim_end_matches(['\n', '\r']).to_owned();
                bytes.clear();
                if line_tx.blocking_send((Instant::now(), line)).is_err() {
                    return;
                }
            }
        });
        if let Err(error) = thread {
            tracing::error!(%error, "could not start the thread that reads standard input");
        }
        Self { lines_rx, pending_line: None, is_terminal }
    }

    /// The next message. Lines that were pasted together are one, and so are lines that end in a
    /// backslash with what follows them.
    pub(super) async fn next(&mut self, interrupts: &mut Interrupts) -> UserInput {
        let mut message = String::new();
        loop {
            let line = tokio::select! {
                line = self.line() => line,
                () = interrupts.next() => return UserInput::Interrupted,
            };
            let Some((entered, line)) = line else {
                return if message.is_empty() {
                    UserInput::End
                } else {
                    UserInput::Message(message)
                };
            };
            if let Some(start) = line.strip_suffix('\\') {
                message.push_str(start);
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

    /// Adds the lines that were pasted with the last one. A line typed ahead while an answer came is a
    /// message of its own.
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
    async fn pasted_lines_are_one_message_and_lines_typed_ahead_are_messages_of_their_own() {
        let (line_tx, lines_rx) = channel(8);
        let mut reader = LineReader { lines_rx, pending_line: None, is_terminal: true };
        let start = Instant::now();
        for (after, line) in [(0, "a"), (1, "b"), (900, "/list"), (2000, "c\\"), (9000, "d")] {
            let entered = start + Duration::from_millis(after);
            line_tx.try_send((entered, line.to_owned())).unwrap();
        }
        drop(line_tx);
        let mut interrupts = Interrupts::listen().unwrap();
        for wanted in ["a\nb", "/list", "c\nd"] {
            assert_eq!(reader.next(&mut interrupts).await, UserInput::Message(wanted.to_owned()));
        }
        assert_eq!(reader.next(&mut interrupts).await, UserInput::End);
    }
}
