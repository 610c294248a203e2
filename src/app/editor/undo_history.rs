//! What can be undone: steps as people think of them, a word typed being one.
//! May not touch a text; it only remembers.

use std::collections::VecDeque;

/// Bytes of removed and inserted text that are remembered, over all steps.
const MAX_BYTES: usize = 16 * 1024 * 1024;
/// Steps that are remembered.
const MAX_STEPS: usize = 2000;

/// What kind of step is taken, for putting small ones together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EditKind {
    /// One character was typed.
    Typing,
    /// One character was deleted before the caret.
    DeletingBack,
    /// One character was deleted behind the caret.
    DeletingForward,
    /// A step of its own.
    Standalone,
}

/// One part of a text that gave way to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EditStep {
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
pub(super) struct UndoHistory {
    undo_stack: VecDeque<EditStep>,
    redo_stack: Vec<EditStep>,
    bytes: usize,
    /// What the last step may be continued with.
    open_group: Option<EditKind>,
}

impl UndoHistory {
    /// Remembers a step that was taken; what had been undone is gone.
    pub(super) fn add(&mut self, step: EditStep, kind: EditKind) {
        self.redo_stack.clear();
        let size = step.size();
        self.bytes = self.bytes.saturating_add(size);
        let goes_on = self.open_group == Some(kind)
            && self.undo_stack.back_mut().is_some_and(|last| last.try_merge(&step, kind));
        if !goes_on {
            self.undo_stack.push_back(step);
        }
        self.open_group = (kind != EditKind::Standalone).then_some(kind);
        while self.undo_stack.len() > MAX_STEPS
            || (self.bytes > MAX_BYTES && self.undo_stack.len() > 1)
        {
            let Some(oldest) = self.undo_stack.pop_front() else {
                break;
            };
            self.bytes = self.bytes.saturating_sub(oldest.size());
        }
    }

    /// What is typed next is a step of its own.
    pub(super) fn end_group(&mut self) {
        self.open_group = None;
    }

    /// The step to take back.
    pub(super) fn undo(&mut self) -> Option<EditStep> {
        self.open_group = None;
        let step = self.undo_stack.pop_back()?;
        self.bytes = self.bytes.saturating_sub(step.size());
        self.redo_stack.push(step.clone());
        Some(step)
    }

    /// The step to take again.
    pub(super) fn redo(&mut self) -> Option<EditStep> {
        self.open_group = None;
        let step = self.redo_stack.pop()?;
        self.bytes = self.bytes.saturating_add(step.size());
        self.undo_stack.push_back(step.clone());
        Some(step)
    }

    pub(super) fn can_undo(&self) -> bool {
        !self.undo_stack.is_empty()
    }
}

impl EditStep {
    fn size(&self) -> usize {
        self.removed.len().saturating_add(self.inserted.len())
    }

    /// Makes a small step part of this one; false where a new step begins.
    fn try_merge(&mut self, next: &Self, kind: EditKind) -> bool {
        match kind {
            EditKind::Standalone => false,
            EditKind::Typing => {
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
            EditKind::DeletingBack => {
                let end = next.at.saturating_add(next.removed.len());
                if end != self.at || !self.inserted.is_empty() {
                    return false;
                }
                self.removed.insert_str(0, &next.removed);
                self.at = next.at;
                true
            }
            EditKind::DeletingForward => {
                if next.at != self.at || !self.inserted.is_empty() {
                    return false;
                }
                self.removed.push_str(&next.removed);
                true
            }
        }
    }
}
