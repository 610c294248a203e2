//! Caret motions by character, word, row and line.

use std::ops::Range;

use memchr::{memchr, memrchr};
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

use crate::app::editor::{Editor, Motion, SelectionMode};

impl Editor {
    /// Moves the caret; false where it is already at the limit.
    pub fn move_caret(&mut self, motion: Motion, reach: SelectionMode) -> bool {
        // Without Shift, left and right move to that end of the selection first.
        if reach == SelectionMode::Clear
            && let Some(selected) = self.selection()
            && matches!(motion, Motion::Left | Motion::Right)
        {
            let to = if motion == Motion::Left { selected.start } else { selected.end };
            self.move_caret_to(to, SelectionMode::Clear);
            return true;
        }
        let goal = match motion {
            Motion::Up | Motion::Down => Some(self.goal_column()),
            _ => None,
        };
        let to = self.motion_target(motion);
        let moved = to != self.caret;
        self.move_caret_to(to, reach);
        self.goal_column = goal;
        moved
    }

    /// Returns `true` where Up leaves the text, as for the prompt history.
    #[must_use]
    pub fn is_in_first_row(&self) -> bool {
        self.rows.row_of(self.caret) == 0
    }

    /// Returns `true` where Down leaves the text, as for the prompt history.
    #[must_use]
    pub fn is_in_last_row(&self) -> bool {
        self.rows.row_of(self.caret).saturating_add(1) == self.rows.len()
    }

    /// The range of the word at a position, or of the character there.
    #[must_use]
    pub fn word_around(&self, at: usize) -> Range<usize> {
        let line = self.line_around(at);
        let text = self.text.get(line.clone()).unwrap_or_default();
        for (offset, word) in text.split_word_bound_indices() {
            let start = line.start.saturating_add(offset);
            let end = start.saturating_add(word.len());
            if (start..end).contains(&at) {
                return start..end;
            }
        }
        at..at
    }

    /// The range of the line at a position, without its line break.
    #[must_use]
    pub fn line_around(&self, at: usize) -> Range<usize> {
        let bytes = self.text.as_bytes();
        let before = bytes.get(..at).unwrap_or(bytes);
        let start = memrchr(b'\n', before).map_or(0, |it| it.saturating_add(1));
        let after = bytes.get(at..).unwrap_or_default();
        let end = memchr(b'\n', after).map_or(self.text.len(), |it| at.saturating_add(it));
        start..end
    }

    /// The range from the caret to where a motion leads.
    pub(super) fn motion_range(&self, motion: Motion) -> Range<usize> {
        let mut to = self.motion_target(motion);
        // At the end of a line its line break is killed; the same at the start.
        if to == self.caret && motion == Motion::LineEnd {
            to = self.motion_target(Motion::Right);
        }
        if to == self.caret && motion == Motion::LineStart {
            to = self.motion_target(Motion::Left);
        }
        to.min(self.caret)..to.max(self.caret)
    }

    fn motion_target(&self, motion: Motion) -> usize {
        let mut cursor = GraphemeCursor::new(self.caret, self.text.len(), true);
        match motion {
            Motion::Left => cursor.prev_boundary(&self.text, 0).ok().flatten().unwrap_or(0),
            Motion::Right => {
                cursor.next_boundary(&self.text, 0).ok().flatten().unwrap_or(self.text.len())
            }
            Motion::Up => match self.rows.row_of(self.caret).checked_sub(1) {
                Some(row) => self.rows.byte_at(&self.text, row, self.goal_column()),
                None => 0,
            },
            Motion::Down => {
                let row = self.rows.row_of(self.caret).saturating_add(1);
                if row < self.rows.len() {
                    self.rows.byte_at(&self.text, row, self.goal_column())
                } else {
                    self.text.len()
                }
            }
            Motion::WordLeft => self.word_left(),
            Motion::WordRight => self.word_right(),
            Motion::LineStart => self.line_around(self.caret).start,
            Motion::LineEnd => self.line_around(self.caret).end,
        }
    }

    fn goal_column(&self) -> usize {
        self.goal_column.unwrap_or_else(|| self.rows.row_and_column(&self.text, self.caret).1)
    }

    fn word_left(&self) -> usize {
        let words = self.before_caret().split_word_bound_indices().rev();
        words.into_iter().find(|(_, word)| is_word(word)).map_or(0, |(at, _)| at)
    }

    fn word_right(&self) -> usize {
        let mut words = self.after_caret().split_word_bound_indices();
        words.find(|(_, word)| is_word(word)).map_or(self.text.len(), |(at, word)| {
            self.caret.saturating_add(at).saturating_add(word.len())
        })
    }
}

fn is_word(piece: &str) -> bool {
    piece.chars().any(char::is_alphanumeric)
}
