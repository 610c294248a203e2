//! What the person types, line by line; several lines at once where they belong together.
//! May not interpret a line.

use std::io::{self, BufRead, IsTerminal};
use std::thread;
use std::time::Duration;

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

/// A reader of standard input.
pub(super) struct Lines {
    lines: Receiver<String>,
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
                if send.blocking_send(line).is_err() {
                    return;
                }
            }
        });
        if let Err(error) = reading {
            tracing::error!(%error, "standard input cannot be read");
        }
        Self { lines, typed }
    }

    /// The next message. Lines that were pasted together are one, and so are lines that end in a
    /// backslash with what follows them.
    pub(super) async fn next(&mut self) -> Said {
        let mut message = String::new();
        loop {
            let line = tokio::select! {
                line = self.lines.recv() => line,
                _ = tokio::signal::ctrl_c() => return Said::Interrupted,
            };
            let Some(line) = line else {
                return if message.is_empty() { Said::End } else { Said::Message(message) };
            };
            if let Some(begun) = line.strip_suffix('\\') {
                message.push_str(begun);
                message.push('\n');
                continue;
            }
            message.push_str(&line);
            while self.typed
                && let Ok(Some(more)) = timeout(PASTED, self.lines.recv()).await
            {
                message.push('\n');
                message.push_str(&more);
            }
            return Said::Message(message);
        }
    }
}
