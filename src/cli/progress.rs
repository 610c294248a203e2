//! How far a long command is, on standard error, where a person is looking at it.
//! May not say anything for what is done within a second, or where nobody looks.

use std::io::{self, IsTerminal, Write};
use std::time::{Duration, Instant};

/// Nothing is said before, and not more often.
const PATIENCE: Duration = Duration::from_secs(1);
const PACE: Duration = Duration::from_millis(200);

/// A count that is shown in place.
#[derive(Debug)]
pub struct Progress {
    what: &'static str,
    all: usize,
    done: usize,
    next: Instant,
    shown: bool,
    watched: bool,
}

impl Progress {
    /// Begins to count to `all`; `what` is the word behind the count.
    #[must_use]
    pub fn new(what: &'static str, all: usize) -> Self {
        let next = Instant::now() + PATIENCE;
        let watched = io::stderr().is_terminal();
        Self { what, all, done: 0, next, shown: false, watched }
    }

    /// One more is done.
    pub fn step(&mut self) {
        self.done = self.done.saturating_add(1);
        if !self.watched || Instant::now() < self.next {
            return;
        }
        self.next = Instant::now() + PACE;
        self.shown = true;
        let mut out = io::stderr().lock();
        let _ = write!(out, "\r{} of {} {}", self.done, self.all, self.what);
        let _ = out.flush();
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.shown {
            // The count gives way to whatever comes next.
            let mut out = io::stderr().lock();
            let _ = write!(out, "\r\x1b[K").and_then(|()| out.flush());
        }
    }
}
