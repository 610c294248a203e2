//! Reads messages from standard input: a line each, or several lines that were pasted together.

use std::collections::VecDeque;
use std::io::{self, BufRead, IsTerminal, Read};
use std::thread;
use std::time::{Duration, Instant};

use tokio::sync::mpsc::{Receiver, channel};
use tokio::time::timeout;

use super::interrupts::Interrupts;
use crate::chat::attachment::MAX_FILE_BYTES;
use crate::cli::error::CliError;
use crate::cli::{output, stdin};

/// Lines that follow each other within this time were pasted, not typed.
const PASTE_INTERVAL: Duration = Duration::from_millis(40);

/// What was read from standard input at a prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum UserInput {
    /// Entered a message or a command.
    Message(String),
    /// Pressed Ctrl+C while nothing was asked.
    Interrupted,
    /// The same in the middle of a message of several lines.
    Discarded,
    /// Sent what is no text, or no line of a sensible length; nothing more is read.
    Unreadable(CliError),
    /// Ended the input, by Ctrl+D or because the pipe is empty.
    End,
}

/// A line, or why it cannot be read, with the time it was entered; typed-ahead lines are read later.
type TimedLine = (Instant, Result<String, CliError>);

/// Reads standard input in a thread of its own.
pub(super) struct LineReader {
    lines_rx: Receiver<TimedLine>,
    /// Lines that were read to see whether they belong to something else, and do not.
    pending: VecDeque<TimedLine>,
    is_terminal: bool,
}

impl LineReader {
    pub(super) fn start() -> Self {
        let (line_tx, lines_rx) = channel(256);
        let is_terminal = io::stdin().is_terminal();
        // Reading cannot be interrupted; the thread ends with the program.
        let thread = thread::Builder::new().name("lines".into()).spawn(move || {
            let mut input = io::stdin().lock();
            while let Some(line) = read_line(&mut input) {
                let is_last = line.is_err();
                if line_tx.blocking_send((Instant::now(), line)).is_err() || is_last {
                    return;
                }
            }
        });
        if let Err(error) = thread {
            tracing::error!(%error, "could not start the thread that reads standard input");
        }
        Self { lines_rx, pending: VecDeque::new(), is_terminal }
    }

    /// The next message. Lines that were pasted together are one, and so are lines that end in a
    /// backslash with what follows them.
    pub(super) async fn next(&mut self, interrupts: &mut Interrupts) -> UserInput {
        let mut message = String::new();
        loop {
            let line = tokio::select! {
                line = self.line() => line,
                () = interrupts.next() => return match message.as_str() {
                    "" => UserInput::Interrupted,
                    _ => UserInput::Discarded,
                },
            };
            let (entered, line) = match line {
                Some((entered, Ok(line))) => (entered, line),
                Some((_, Err(error))) => return UserInput::Unreadable(error),
                None if message.is_empty() => return UserInput::End,
                None => return UserInput::Message(message),
            };
            if let Some(start) = line.strip_suffix('\\') {
                message.push_str(start);
                message.push('\n');
                if self.is_terminal {
                    output::print_prompt("...: ");
                }
                continue;
            }
            message.push_str(&line);
            if self.is_terminal {
                self.add_pasted(&mut message, entered).await;
            }
            return UserInput::Message(message);
        }
    }

    /// The next line that is entered after a question was asked; `None` where nobody types. Lines typed
    /// ahead stay messages: they were not meant as an answer.
    pub(super) async fn answer(&mut self, asked: Instant) -> Option<String> {
        if !self.is_terminal {
            return None;
        }
        loop {
            match self.lines_rx.recv().await? {
                (entered, Ok(line)) if entered >= asked => return Some(line),
                earlier => self.pending.push_back(earlier),
            }
        }
    }

    async fn line(&mut self) -> Option<TimedLine> {
        match self.pending.pop_front() {
            Some(line) => Some(line),
            None => self.lines_rx.recv().await,
        }
    }

    /// Adds the lines that were pasted with the last one. A line typed ahead while an answer came is a
    /// message of its own.
    async fn add_pasted(&mut self, message: &mut String, mut last: Instant) {
        while let Ok(Some((entered, more))) = timeout(PASTE_INTERVAL, self.line()).await {
            match more {
                Ok(more) if entered.saturating_duration_since(last) <= PASTE_INTERVAL => {
                    message.push('\n');
                    message.push_str(&more);
                    last = entered;
                }
                more => {
                    self.pending.push_front((entered, more));
                    return;
                }
            }
        }
    }
}

/// The next line, decoded, or why it cannot be read; `None` at the end.
fn read_line(input: &mut impl BufRead) -> Option<Result<String, CliError>> {
    let mut bytes = Vec::new();
    let most = MAX_FILE_BYTES.saturating_add(1);
    match input.take(most).read_until(b'\n', &mut bytes) {
        Ok(1..) => {}
        Ok(0) | Err(_) => return None,
    }
    let text = stdin::check_length(bytes, MAX_FILE_BYTES);
    let text = text.and_then(|bytes| stdin::decode_input(bytes, None));
    Some(text.map(|text| text.trim_end_matches(['\n', '\r']).to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn pasted_lines_are_one_message_and_lines_typed_ahead_are_messages_of_their_own() {
        let (line_tx, lines_rx) = channel(8);
        let mut reader = LineReader { lines_rx, pending: VecDeque::new(), is_terminal: true };
        let start = Instant::now();
        for (after, line) in [(0, "a"), (1, "b"), (900, "/list"), (2000, "c\\"), (9000, "d")] {
            let entered = start + Duration::from_millis(after);
            line_tx.try_send((entered, Ok(line.to_owned()))).unwrap();
        }
        drop(line_tx);
        let mut interrupts = Interrupts::listen().unwrap();
        for wanted in ["a\nb", "/list", "c\nd"] {
            assert_eq!(reader.next(&mut interrupts).await, UserInput::Message(wanted.to_owned()));
        }
        assert_eq!(reader.next(&mut interrupts).await, UserInput::End);
    }
}
