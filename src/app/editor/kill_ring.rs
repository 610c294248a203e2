//! The texts that were cut, to be inserted again.

use std::collections::VecDeque;

/// The most cuts to remember.
const MAX_CUTS: usize = 60;
/// The most bytes to remember over all cuts; the latest is always kept.
const MAX_BYTES: usize = 16 * 1024 * 1024;

/// The texts that were cut, the latest first.
#[derive(Debug, Clone, Default)]
pub(super) struct KillRing {
    cuts: VecDeque<String>,
}

/// On which side of the text before a cut was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CutSide {
    Before,
    After,
}

impl KillRing {
    /// Adds a cut and forgets the oldest ones beyond the limits.
    pub(super) fn push(&mut self, text: String) {
        self.cuts.push_front(text);
        self.cuts.truncate(MAX_CUTS);
        let bytes = |cuts: &VecDeque<String>| cuts.iter().map(String::len).sum::<usize>();
        while self.cuts.len() > 1 && bytes(&self.cuts) > MAX_BYTES {
            self.cuts.pop_back();
        }
    }

    /// Joins a cut to the latest one, because they were made in a row.
    pub(super) fn join(&mut self, text: &str, side: CutSide) {
        match (self.cuts.front_mut(), side) {
            (None, _) => self.push(text.to_owned()),
            (Some(latest), CutSide::After) => latest.push_str(text),
            (Some(latest), CutSide::Before) => latest.insert_str(0, text),
        }
    }

    /// A cut by its age; beyond the oldest it goes around.
    pub(super) fn get(&self, age: usize) -> Option<&str> {
        let age = age.checked_rem(self.cuts.len())?;
        self.cuts.get(age).map(String::as_str)
    }
}
