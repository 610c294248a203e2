//! The undo history: typed words are one step.

use std::collections::VecDeque;

/// The most bytes of removed and inserted text to remember, over all steps.
const MAX_BYTES: usize = 16 * 1024 * 1024;
/// The most steps to remember.
const MAX_STEPS: usize = 2000;

/// Which edits join into one step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum EditKind {
    /// Typing one character; a word and the space after it are one step.
    Typing,
    /// Deleting one character before the caret.
    DeletingBack,
    /// Deleting one character after the caret.
    DeletingForward,
    /// Anything else, which is always a step of its own.
    Standalone,
}

/// The replacement of one range.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct EditStep {
    pub(super) at: usize,
    pub(super) removed: String,
    pub(super) inserted: String,
    pub(super) caret_before: usize,
}

/// Steps to undo and steps to redo.
#[derive(Debug, Clone, Default)]
pub(super) struct UndoHistory {
    undo_stack: VecDeque<EditStep>,
    redo_stack: Vec<EditStep>,
    bytes: usize,
    /// The kind of edit that would join the last step.
    open_group: Option<EditKind>,
}

impl UndoHistory {
    /// Adds a step; what was undone can no longer be redone.
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

    /// Starts a new step with the next edit.
    pub(super) fn end_group(&mut self) {
        self.open_group = None;
    }

    pub(super) fn undo(&mut self) -> Option<EditStep> {
        self.open_group = None;
        let step = self.undo_stack.pop_back()?;
        self.bytes = self.bytes.saturating_sub(step.size());
        self.redo_stack.push(step.clone());
        Some(step)
    }

    pub(super) fn redo(&mut self) -> Option<EditStep> {
        self.open_group = None;
        let step = self.redo_stack.pop()?;
        self.bytes = self.bytes.saturating_add(step.size());
        self.undo_stack.push_back(step.clone());
        Some(step)
    }

    pub(super) fn depth(&self) -> usize {
        self.undo_stack.len()
    }

    pub(super) fn next_redo(&self) -> Option<&EditStep> {
        self.redo_stack.last()
    }

    pub(super) fn can_undo(&self) -> bool {
        !self.undo_stack.is_empty()
    }
}

impl EditStep {
    fn size(&self) -> usize {
        self.removed.len().saturating_add(self.inserted.len())
    }

    /// Joins an edit to this step; false where it starts a new one.
    fn try_merge(&mut self, next: &Self, kind: EditKind) -> bool {
        match kind {
            EditKind::Standalone => false,
            EditKind::Typing => {
                let follows = next.removed.is_empty()
                    && self.at.saturating_add(self.inserted.len()) == next.at;
                // A step ends with the white space after a word.
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
