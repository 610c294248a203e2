//! What can be undone: steps as people think of them, a word typed being one.
//! May not touch a text; it only remembers.

use std::collections::VecDeque;

/// Bytes of removed and inserted text that are remembered, over all steps.
const MOST_BYTES: usize = 16 * 1024 * 1024;
/// Steps that are remembered.
const MOST_STEPS: usize = 2000;

/// What kind of step is taken, for putting small ones together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// One character was typed.
    Typing,
    /// One character was deleted before the caret.
    DeletingBack,
    /// One character was deleted behind the caret.
    DeletingForward,
    /// A step of its own.
    Whole,
}

/// One part of a text that gave way to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Step {
    /// Where.
    pub(super) at: usize,
    /// What was there.
    pub(super) removed: String,
    /// What is there now.
    pub(super) inserted: String,
    /// Where the caret stood.
    pub(super) caret_before: usize,
}

/// Steps behind, and steps taken back.
#[derive(Debug, Clone, Default)]
pub(super) struct History {
    done: VecDeque<Step>,
    undone: Vec<Step>,
    bytes: usize,
    /// What the last step may be continued with.
    open: Option<Kind>,
}

impl History {
    /// Remembers a step that was taken; what had been undone is gone.
    pub(super) fn add(&mut self, step: Step, kind: Kind) {
        self.undone.clear();
        let size = step.size();
        self.bytes = self.bytes.saturating_add(size);
        let goes_on = self.open == Some(kind)
            && self.done.back_mut().is_some_and(|last| last.take_in(&step, kind));
        if !goes_on {
            self.done.push_back(step);
        }
        self.open = (kind != Kind::Whole).then_some(kind);
        while self.done.len() > MOST_STEPS || (self.bytes > MOST_BYTES && self.done.len() > 1) {
            let Some(oldest) = self.done.pop_front() else {
                break;
            };
            self.bytes = self.bytes.saturating_sub(oldest.size());
        }
    }

    /// What is typed next is a step of its own.
    pub(super) fn end_group(&mut self) {
        self.open = None;
    }

    /// The step to take back.
    pub(super) fn undo(&mut self) -> Option<Step> {
        self.open = None;
        let step = self.done.pop_back()?;
        self.bytes = self.bytes.saturating_sub(step.size());
        self.undone.push(step.clone());
        Some(step)
    }

    /// The step to take again.
    pub(super) fn redo(&mut self) -> Option<Step> {
        self.open = None;
        let step = self.undone.pop()?;
        self.bytes = self.bytes.saturating_add(step.size());
        self.done.push_back(step.clone());
        Some(step)
    }

    pub(super) fn can_undo(&self) -> bool {
        !self.done.is_empty()
    }
}

impl Step {
    fn size(&self) -> usize {
        self.removed.len().saturating_add(self.inserted.len())
    }

    /// Makes a small step part of this one; false where a new step begins.
    fn take_in(&mut self, next: &Self, kind: Kind) -> bool {
        match kind {
            Kind::Whole => false,
            Kind::Typing => {
                let follows = next.removed.is_empty()
                    && self.at.saturating_add(self.inserted.len()) == next.at;
                // A step ends with the white space behind a word.
                let space = |text: &str| text.ends_with(char::is_whitespace);
                let new_word = space(&self.inserted) && !space(&next.inserted);
                if !follows || new_word || next.inserted == "\n" {
                    return false;
                }
                self.inserted.push_str(&next.inserted);
                true
            }
            Kind::DeletingBack => {
                let end = next.at.saturating_add(next.removed.len());
                if end != self.at || !self.inserted.is_empty() {
                    return false;
                }
                self.removed.insert_str(0, &next.removed);
                self.at = next.at;
                true
            }
            Kind::DeletingForward => {
                if next.at != self.at || !self.inserted.is_empty() {
                    return false;
                }
                self.removed.push_str(&next.removed);
                true
            }
        }
    }
}
