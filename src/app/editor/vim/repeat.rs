//! The last change, as `.` repeats it: the keys of a command, and what was inserted after them. The
//! inserted text is compared and not recorded key by key: a paste and a completed word are part of it.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use unicode_segmentation::UnicodeSegmentation;

use super::super::{Editor, Motion};

/// A change that can be repeated.
#[derive(Debug, Clone, Default)]
pub(super) struct RepeatableChange {
    /// The keys of the command.
    pub(super) keys: Vec<KeyEvent>,
    /// What was inserted, where the command leads to the insert mode.
    pub(super) insertion: Option<Insertion>,
}

impl RepeatableChange {
    /// The text of a new question is written in the insert mode without a command; it is repeated as `i`
    /// would.
    pub(super) fn new(mut keys: Vec<KeyEvent>, insertion: Option<Insertion>) -> Self {
        if keys.is_empty() {
            keys.push(KeyEvent::new(KeyCode::Char('i'), KeyModifiers::NONE));
        }
        Self { keys, insertion }
    }

    /// Whether it is undo or redo, perhaps with a count.
    pub(super) fn is_undo(&self) -> bool {
        let Some((last, count)) = self.keys.split_last() else {
            return false;
        };
        let is_digit = |key: &KeyEvent| matches!(key.code, KeyCode::Char('0'..='9'));
        matches!(last.code, KeyCode::Char('u' | 'r')) && count.iter().all(is_digit)
    }
}

/// What was done in the insert mode, relative to where the caret was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Insertion {
    /// Characters that were deleted before the caret.
    deleted_before: usize,
    /// Characters that were deleted behind it.
    deleted_behind: usize,
    text: String,
}

impl Insertion {
    /// Does the same at the caret.
    pub(super) fn apply(&self, editor: &mut Editor) {
        for _ in 0..self.deleted_before {
            editor.delete(Motion::Left);
        }
        for _ in 0..self.deleted_behind {
            editor.delete(Motion::Right);
        }
        if !self.text.is_empty() {
            editor.insert(&self.text);
        }
    }
}

/// The text as the insert mode began.
#[derive(Debug, Clone)]
pub(super) struct InsertionStart {
    before_caret: String,
    behind_caret: String,
}

impl InsertionStart {
    pub(super) fn of(editor: &Editor) -> Self {
        let (before, behind) = (editor.before_caret(), editor.after_caret());
        Self { before_caret: before.to_owned(), behind_caret: behind.to_owned() }
    }

    /// What has been inserted since.
    pub(super) fn insertion(&self, editor: &Editor) -> Insertion {
        let (kept, deleted_before) = common_start(&self.before_caret, editor.text());
        let rest = editor.text().get(kept..).unwrap_or_default();
        let (kept, deleted_behind) = common_end(&self.behind_caret, rest);
        let text = rest.get(..rest.len().saturating_sub(kept)).unwrap_or_default().to_owned();
        Insertion { deleted_before, deleted_behind, text }
    }
}

/// The bytes at the start of `old` that `new` starts with, and how many characters of `old` follow.
fn common_start(old: &str, new: &str) -> (usize, usize) {
    let same = old.chars().zip(new.chars()).take_while(|(a, b)| a == b);
    let bytes = same.map(|(c, _)| c.len_utf8()).sum();
    (bytes, old.get(bytes..).unwrap_or_default().graphemes(true).count())
}

/// The bytes at the end of `old` that `new` ends with, and how many characters of `old` precede.
fn common_end(old: &str, new: &str) -> (usize, usize) {
    let same = old.chars().rev().zip(new.chars().rev()).take_while(|(a, b)| a == b);
    let bytes = same.map(|(c, _)| c.len_utf8()).sum();
    let rest = old.get(..old.len().saturating_sub(bytes)).unwrap_or_default();
    (bytes, rest.graphemes(true).count())
}
