//! How far a long command is, on standard error, where a person is looking at it.
//! May not say anything for what is done within a second, or where nobody looks.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

use crate::view::clean;

use super::output;

/// Nothing is said before, and not more often.
const SHOW_AFTER: Duration = Duration::from_secs(1);
const UPDATE_INTERVAL: Duration = Duration::from_millis(200);

/// A count that is shown in place.
#[derive(Debug)]
pub struct ProgressCounter {
    label: &'static str,
    all: usize,
    done: usize,
    next: Instant,
    shown: bool,
    is_stderr_visible: bool,
}

impl ProgressCounter {
    /// Begins to count to `all`; `what` is the word behind the count.
    #[must_use]
    pub fn new(what: &'static str, all: usize) -> Self {
        let next = Instant::now() + SHOW_AFTER;
        let watched = io::stderr().is_terminal();
        Self { label: what, all, done: 0, next, shown: false, is_stderr_visible: watched }
    }

    /// One more is done.
    pub fn step(&mut self) {
        self.done = self.done.saturating_add(1);
        if !self.is_stderr_visible || Instant::now() < self.next {
            return;
        }
        self.next = Instant::now() + UPDATE_INTERVAL;
        self.shown = true;
        let mut out = io::stderr().lock();
        let _ = write!(out, "\r{} of {} {}", self.done, self.all, self.label);
        let _ = out.flush();
    }
}

impl ProgressCounter {
    /// The count gives way to whatever comes next.
    pub fn clear(&mut self) {
        if std::mem::take(&mut self.shown) {
            let mut out = io::stderr().lock();
            let _ = write!(out, "\r\x1b[K").and_then(|()| out.flush());
        }
    }
}

impl Drop for ProgressCounter {
    fn drop(&mut self) {
        self.clear();
    }
}

/// How long an answer has been waited for, shown in place while nothing of it is on the screen.
#[derive(Debug)]
pub struct WaitIndicator {
    model: String,
    begun: Instant,
    next: Instant,
    shown: bool,
    is_stderr_visible: bool,
    /// Whether the answer itself is seen as it comes.
    is_answer_visible: bool,
}

impl WaitIndicator {
    /// Begins to wait for a model.
    #[must_use]
    pub fn new(model: &str) -> Self {
        // Where the answer goes to a pager, the screen is the pager's.
        let watched = io::stderr().is_terminal() && !output::is_stdout_piped();
        let seen = io::stdout().is_terminal();
        let begun = Instant::now();
        let next = begun + SHOW_AFTER;
        Self {
            model: model.to_owned(),
            begun,
            next,
            shown: false,
            is_stderr_visible: watched,
            is_answer_visible: seen,
        }
    }

    /// Shows the time once a second; never returns where nobody looks.
    pub async fn tick(&mut self, answer: &str) {
        if !self.is_stderr_visible {
            return std::future::pending().await;
        }
        tokio::time::sleep_until(self.next.into()).await;
        self.next = Instant::now() + SHOW_AFTER;
        if self.is_answer_visible && !answer.is_empty() {
            return;
        }
        let seconds = self.begun.elapsed().as_secs();
        let many = answer.chars().count();
        let came = if many == 0 { String::new() } else { format!(", {many} characters") };
        let mut out = io::stderr().lock();
        let line = format!("{} {seconds} s{came}", self.model);
        let _ = write!(out, "\r{}\x1b[K", clean::line(&line));
        let _ = out.flush();
        self.shown = true;
    }

    /// Makes room for a piece of the answer, where that is seen.
    pub fn clear_for_answer(&mut self) {
        if self.is_answer_visible {
            self.clear();
        }
    }

    /// Makes room for something else.
    pub fn clear(&mut self) {
        if std::mem::take(&mut self.shown) {
            let mut out = io::stderr().lock();
            let _ = write!(out, "\r\x1b[K").and_then(|()| out.flush());
        }
    }
}

impl Drop for WaitIndicator {
    fn drop(&mut self) {
        self.clear();
    }
}
