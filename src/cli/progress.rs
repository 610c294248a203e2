//! Progress of a long command on standard error: shown in place after a second, to people only.

use std::future::Future;
use std::io::{self, IsTerminal, Write};
use std::pin::pin;
use std::time::{Duration, Instant};

use crate::chat::count;
use crate::view::clean;

use super::output;

/// How long a command runs before progress is shown.
const SHOW_AFTER: Duration = Duration::from_secs(1);
/// How often the count is updated.
const UPDATE_INTERVAL: Duration = Duration::from_millis(200);

/// A count such as "12 of 340 searched".
#[derive(Debug)]
pub(super) struct ProgressCounter {
    label: &'static str,
    total: usize,
    done: usize,
    next: Instant,
    shown: bool,
    is_stderr_visible: bool,
}

impl ProgressCounter {
    /// Starts to count to `total`; `label` is the word after the count.
    pub(super) fn new(label: &'static str, total: usize) -> Self {
        let next = Instant::now() + SHOW_AFTER;
        let is_stderr_visible = io::stderr().is_terminal();
        Self { label, total, done: 0, next, shown: false, is_stderr_visible }
    }

    /// Counts one more, and shows the count where it is time to.
    pub(super) fn step(&mut self) {
        self.done = self.done.saturating_add(1);
        if !self.is_stderr_visible || Instant::now() < self.next {
            return;
        }
        self.next = Instant::now() + UPDATE_INTERVAL;
        self.shown = true;
        let mut out = io::stderr().lock();
        let _ = write!(out, "\r{} of {} {}", self.done, self.total, self.label);
        let _ = out.flush();
    }

    /// Erases the count, to make room for other output.
    pub(super) fn clear(&mut self) {
        erase_line(&mut self.shown);
    }
}

impl Drop for ProgressCounter {
    fn drop(&mut self) {
        self.clear();
    }
}

/// The seconds that something has been waited for, shown to people only.
#[derive(Debug)]
pub(super) struct WaitIndicator {
    started: Instant,
    next: Instant,
    shown: bool,
    is_stderr_visible: bool,
    /// Whether an answer appears on the same screen as it comes.
    is_answer_visible: bool,
}

impl WaitIndicator {
    pub(super) fn new() -> Self {
        // A pager that reads the answer owns the screen.
        let is_stderr_visible = io::stderr().is_terminal() && !output::is_stdout_piped();
        let is_answer_visible = io::stdout().is_terminal();
        let started = Instant::now();
        let next = started + SHOW_AFTER;
        Self { started, next, shown: false, is_stderr_visible, is_answer_visible }
    }

    /// Returns after another second; never where nobody would see the time.
    pub(super) async fn next_second(&mut self) {
        if !self.is_stderr_visible {
            return std::future::pending().await;
        }
        tokio::time::sleep_until(self.next.into()).await;
        self.next = Instant::now() + SHOW_AFTER;
    }

    /// Shows the time behind what is waited for, and what has come of the answer where it is not on the
    /// same screen.
    pub(super) fn show(&mut self, subject: &str, answer: &str) {
        if self.is_answer_visible && !answer.is_empty() {
            return;
        }
        let seconds = self.started.elapsed().as_secs();
        let received = count::some(answer.chars().count(), "character")
            .map_or_else(String::new, |count| format!(", {count}"));
        let mut out = io::stderr().lock();
        let line = format!("{subject} {seconds} s{received}");
        let _ = write!(out, "\r{}\x1b[K", clean::line(&line));
        let _ = out.flush();
        self.shown = true;
    }

    /// Makes room for a piece of the answer, where it appears on the same screen.
    pub(super) fn clear_for_answer(&mut self) {
        if self.is_answer_visible {
            self.clear();
        }
    }

    /// Erases the line, to make room for other output.
    pub(super) fn clear(&mut self) {
        erase_line(&mut self.shown);
    }
}

impl Drop for WaitIndicator {
    fn drop(&mut self) {
        self.clear();
    }
}

/// Does something that may take long, and shows what is waited for: `subject` tells that each second.
pub(super) async fn wait_for<T>(work: impl Future<Output = T>, subject: impl Fn() -> String) -> T {
    let mut indicator = WaitIndicator::new();
    let mut work = pin!(work);
    loop {
        tokio::select! {
            done = work.as_mut() => return done,
            () = indicator.next_second() => indicator.show(&subject(), ""),
        }
    }
}

/// Erases the current line of standard error if something is `shown` on it.
fn erase_line(shown: &mut bool) {
    if std::mem::take(shown) {
        let mut out = io::stderr().lock();
        let _ = write!(out, "\r\x1b[K").and_then(|()| out.flush());
    }
}
