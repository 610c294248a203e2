//! What a server did wrong on its connection: remembered where it is noticed, reported where a call or a
//! start fails because of it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::timeout;
use tokio_util::sync::CancellationToken;

use super::supervisor::NOT_STARTED_MARK;

/// The most bytes that are kept of what a program prints to its standard error.
const MAX_STDERR_BYTES: usize = 4096;
/// The most characters of a server's words in a sentence.
const MAX_QUOTED_CHARS: usize = 160;

/// How long the last output of a program may take after its end.
const LAST_OUTPUT_TIMEOUT: Duration = Duration::from_millis(500);

/// What is known of why a connection failed. Clones share it.
#[derive(Debug, Clone, Default)]
pub(super) struct Faults {
    state: Arc<Mutex<FaultState>>,
    /// Cancelled when the program has closed its standard error.
    stderr_ended: CancellationToken,
}

#[derive(Debug, Default)]
struct FaultState {
    /// Why the connection ended.
    fatal: Option<String>,
    /// Why the last request failed that did.
    failure: Option<String>,
    odd_lines: u64,
    first_odd_line: Option<String>,
    stderr: VecDeque<u8>,
}

impl Faults {
    /// Notes why the connection ended; the first reason counts.
    pub(super) fn end(&self, reason: impl Into<String>) {
        self.change(|state| {
            state.fatal.get_or_insert(reason.into());
        });
    }

    /// Notes why a request failed; the connection may go on.
    pub(super) fn fail(&self, reason: impl Into<String>) {
        self.change(|state| state.failure = Some(reason.into()));
    }

    /// Notes a line that is no message; returns how many there were.
    pub(super) fn note_odd_line(&self, line: &[u8]) -> u64 {
        self.change(|state| {
            state.first_odd_line.get_or_insert_with(|| quote(&String::from_utf8_lossy(line)));
            state.odd_lines = state.odd_lines.saturating_add(1);
            state.odd_lines
        })
    }

    /// Keeps the end of what the program prints to its standard error.
    pub(super) fn keep_stderr(&self, bytes: &[u8]) {
        self.change(|state| {
            state.stderr.extend(bytes);
            let excess = state.stderr.len().saturating_sub(MAX_STDERR_BYTES);
            state.stderr.drain(..excess);
        });
    }

    /// Notes that nothing more will come from the program's standard error.
    pub(super) fn end_stderr(&self) {
        self.stderr_ended.cancel();
    }

    /// Waits a moment for the last output of a program that has ended.
    pub(super) async fn await_last_output(&self) {
        if self.change(|state| state.fatal.is_some()) {
            let _ = timeout(LAST_OUTPUT_TIMEOUT, self.stderr_ended.cancelled()).await;
        }
    }

    /// Waits a moment for the end of a program's standard error.
    pub(super) async fn await_stderr_end(&self) {
        let _ = timeout(LAST_OUTPUT_TIMEOUT, self.stderr_ended.cancelled()).await;
    }

    /// Why the program could not be run, where that is so.
    pub(super) fn not_started(&self) -> Option<String> {
        self.change(|state| {
            let text = String::from_utf8_lossy(state.stderr.make_contiguous()).into_owned();
            text.lines().find_map(|line| line.strip_prefix(NOT_STARTED_MARK)).map(quote)
        })
    }

    /// Why the connection ended, else why the last request failed, if it is known.
    pub(super) fn reason(&self) -> Option<String> {
        self.change(|state| state.fatal.as_ref().or(state.failure.as_ref()).cloned())
    }

    /// What else may explain a failure, as further sentences with a space in front of each.
    pub(super) fn hints(&self) -> String {
        self.change(|state| {
            let mut hints = String::new();
            if let Some(line) = &state.first_odd_line {
                hints.push_str(&format!(
                    " It printed lines that are no MCP messages, the first: \"{line}\"."
                ));
            }
            let (start, end) = state.stderr.as_slices();
            let text = String::from_utf8_lossy(&[start, end].concat()).into_owned();
            let last = text.lines().rev().map(str::trim).find(|line| !line.is_empty());
            if let Some(line) = last {
                hints.push_str(&format!(" Its last output: {}.", quote(line)));
            }
            hints
        })
    }

    fn change<T>(&self, change: impl FnOnce(&mut FaultState) -> T) -> T {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The start of a server's words on one line, without control characters.
pub(super) fn quote(text: &str) -> String {
    let mut words = text.split(|c: char| c.is_whitespace() || c.is_control());
    let mut quoted = String::new();
    for word in words.by_ref().filter(|word| !word.is_empty()) {
        if !quoted.is_empty() {
            quoted.push(' ');
        }
        quoted.extend(word.chars().take(MAX_QUOTED_CHARS));
        if quoted.chars().count() > MAX_QUOTED_CHARS {
            let mut short: String = quoted.chars().take(MAX_QUOTED_CHARS).collect();
            short.push('…');
            return short;
        }
    }
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_reason_counts_and_hints_quote_the_server_on_one_line() {
        let faults = Faults::default();
        faults.end("first");
        faults.end("second");
        faults.note_odd_line(b"Listening\x1b[2J on \xff\n");
        faults.keep_stderr(&vec![b'x'; 10_000]);
        faults.keep_stderr(b"\nTraceback\nKeyError: 'A'\n\n");
        assert_eq!(faults.reason().as_deref(), Some("first"));
        let hints = faults.hints();
        assert!(hints.contains("\"Listening [2J on \u{fffd}\""), "{hints}");
        assert!(hints.ends_with("Its last output: KeyError: 'A'."), "{hints}");
    }

    #[test]
    fn long_words_are_cut() {
        assert_eq!(quote(&"y".repeat(10_000)).chars().count(), MAX_QUOTED_CHARS);
        assert!(quote(&"word ".repeat(1000)).ends_with('…'));
    }
}
