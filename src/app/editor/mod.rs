//! The text editor of every field: text, caret, selection, undo; moves by what people see.
//! May not draw, and may not know which field it is.

mod caret_motion;
mod columns;
mod keys;
mod motion;
mod row_layout;
mod undo_history;

use std::ops::Range;

use unicode_segmentation::GraphemeCursor;

pub use crate::app::editor::row_layout::RowLayout;
pub use columns::columns_of;
pub use keys::{KeyHandling, apply_edit, handle_key};
pub use motion::{Motion, SelectionMode};

use crate::app::editor::undo_history::{EditKind, EditStep, UndoHistory};

/// A text being edited.
///
/// The caret and the other end of the selection are byte positions, always at the border of what
/// people see as one character.
#[derive(Debug, Clone, Default)]
pub struct Editor {
    text: String,
    caret: usize,
    /// The end of the selection that stays where it is while the caret moves.
    anchor: Option<usize>,
    /// The column that moving up and down tries to keep.
    goal_column: Option<usize>,
    history: UndoHistory,
    kill_buffer: String,
    /// Whether the last thing done was killing, so that the next kill adds to it.
    last_was_kill: bool,
    rows: RowLayout,
    /// First row on screen.
    top: usize,
    /// Counts changes of the text.
    revision: u64,
}

impl Editor {
    /// An editor holding a text, the caret at its end.
    #[must_use]
    pub fn with_text(text: impl Into<String>) -> Self {
        let text = text.into();
        let rows = RowLayout::new(&text, usize::MAX);
        Self { caret: text.len(), text, rows, ..Self::default() }
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether there is nothing at all.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// A number that is another one after each change of the text.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// The caret, as a byte position.
    #[must_use]
    pub const fn caret(&self) -> usize {
        self.caret
    }

    /// The selection, unless it is empty.
    #[must_use]
    pub fn selection(&self) -> Option<Range<usize>> {
        let anchor = self.anchor.filter(|anchor| *anchor != self.caret)?;
        Some(anchor.min(self.caret)..anchor.max(self.caret))
    }

    /// The selected text, unless there is none.
    #[must_use]
    pub fn selected(&self) -> Option<&str> {
        self.text.get(self.selection()?)
    }

    /// The text before the caret.
    #[must_use]
    pub fn before_caret(&self) -> &str {
        self.text.get(..self.caret).unwrap_or_default()
    }

    /// The text behind the caret.
    #[must_use]
    pub fn after_caret(&self) -> &str {
        self.text.get(self.caret..).unwrap_or_default()
    }

    /// The rows of the text as it was last told to be laid out.
    #[must_use]
    pub const fn rows(&self) -> &RowLayout {
        &self.rows
    }

    /// Lays the text out for a width, unless it is.
    pub fn lay_out(&mut self, columns: usize) {
        if self.rows.columns() != columns {
            self.rows = RowLayout::new(&self.text, columns);
        }
    }

    /// The first row a view of so many rows shows: as near to the last one as the caret allows.
    #[must_use]
    pub fn top(&self, rows: &RowLayout, height: usize) -> usize {
        let on = rows.row_of(self.caret);
        let lowest = on.saturating_add(1).saturating_sub(height.max(1));
        // Rows below the text are wasted while there are rows above it.
        let last = rows.len().saturating_sub(height);
        self.top.clamp(lowest, on).min(last.max(lowest))
    }

    /// Remembers the first row a view of so many rows shows.
    pub fn remember_top(&mut self, height: usize) {
        self.top = self.top(&self.rows, height);
    }

    /// Types or pastes text in place of the selection.
    pub fn insert(&mut self, text: &str) {
        let kind = if is_one_character(text) { EditKind::Typing } else { EditKind::Standalone };
        let range = self.selection().unwrap_or(self.caret..self.caret);
        self.replace(range, text, kind);
    }

    /// Puts another text in place of all of it, as one step that can be undone.
    pub fn set_text(&mut self, text: &str) {
        self.replace(0..self.text.len(), text, EditKind::Standalone);
        self.caret = self.text.len();
    }

    /// Puts text in place of a part, as one step that can be undone; the caret goes behind it.
    pub fn replace_range(&mut self, range: Range<usize>, text: &str) {
        let range =
            self.grapheme_boundary(range.start)..self.grapheme_boundary(range.end.max(range.start));
        self.replace(range, text, EditKind::Standalone);
    }

    /// Deletes the selection, or what a motion passes over.
    pub fn delete(&mut self, motion: Motion) {
        let kind = match (self.selection(), motion) {
            (None, Motion::Left) => EditKind::DeletingBack,
            (None, Motion::Right) => EditKind::DeletingForward,
            _ => EditKind::Standalone,
        };
        let range = self.selection().unwrap_or_else(|| self.motion_range(motion));
        if !range.is_empty() {
            self.replace(range, "", kind);
        }
    }

    /// Deletes like [`Self::delete`] and keeps what was deleted, to be put in again.
    pub fn kill(&mut self, motion: Motion) {
        let forward = self.motion_range(motion).start == self.caret;
        let range = self.selection().unwrap_or_else(|| self.motion_range(motion));
        let Some(gone) = self.text.get(range.clone()).filter(|gone| !gone.is_empty()) else {
            return;
        };
        self.kill_buffer = match (self.last_was_kill, forward) {
            (false, _) => gone.to_owned(),
            (true, true) => std::mem::take(&mut self.kill_buffer) + gone,
            (true, false) => gone.to_owned() + &self.kill_buffer,
        };
        self.replace(range, "", EditKind::Standalone);
        self.last_was_kill = true;
    }

    /// Deletes the selection and keeps it, to be put in again.
    pub fn cut(&mut self) {
        if self.selection().is_some() {
            self.kill(Motion::Right);
            self.last_was_kill = false;
        }
    }

    /// Puts in what was last killed.
    pub fn yank(&mut self) {
        let killed = self.kill_buffer.clone();
        if !killed.is_empty() {
            self.insert(&killed);
            self.history.end_group();
        }
    }

    /// Takes the last step back.
    pub fn undo(&mut self) {
        if let Some(step) = self.history.undo() {
            let end = step.at.saturating_add(step.inserted.len());
            self.replace_bytes(step.at..end, &step.removed);
            self.place_caret(step.caret_before);
        }
    }

    /// Takes the last undo back.
    pub fn redo(&mut self) {
        if let Some(step) = self.history.redo() {
            let end = step.at.saturating_add(step.removed.len());
            self.replace_bytes(step.at..end, &step.inserted);
            self.place_caret(step.at.saturating_add(step.inserted.len()));
        }
    }

    /// Whether there is a step to take back.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        self.history.can_undo()
    }

    /// Puts the caret somewhere: at a border of what people see as one character near it.
    pub fn move_caret_to(&mut self, at: usize, reach: SelectionMode) {
        let at = self.grapheme_boundary(at);
        self.anchor = match reach {
            SelectionMode::Extend => self.anchor.or(Some(self.caret)),
            SelectionMode::Clear => None,
        };
        self.caret = at;
        self.goal_column = None;
        self.history.end_group();
        self.last_was_kill = false;
    }

    /// Selects a part; the caret stands at its end.
    pub fn select(&mut self, range: Range<usize>) {
        self.move_caret_to(range.start, SelectionMode::Clear);
        self.anchor = Some(self.caret);
        self.move_caret_to(range.end, SelectionMode::Extend);
    }

    /// Everything that changes the text goes through here, but undo and redo.
    fn replace(&mut self, range: Range<usize>, with: &str, kind: EditKind) {
        let Some(removed) = self.text.get(range.clone()).map(str::to_owned) else {
            return;
        };
        let at = range.start;
        self.history.add(
            EditStep { at, removed, inserted: with.to_owned(), caret_before: self.caret },
            kind,
        );
        self.replace_bytes(range, with);
        self.place_caret(at.saturating_add(with.len()));
    }

    fn replace_bytes(&mut self, range: Range<usize>, with: &str) {
        let (at, removed) = (range.start, range.len());
        self.revision = self.revision.wrapping_add(1);
        self.text.replace_range(range, with);
        self.rows.update_after_edit(&self.text, at, removed, with.len());
    }

    fn place_caret(&mut self, at: usize) {
        self.caret = self.grapheme_boundary(at);
        self.anchor = None;
        self.goal_column = None;
        self.last_was_kill = false;
    }

    /// The nearest place at or behind a byte position where a caret can stand.
    fn grapheme_boundary(&self, at: usize) -> usize {
        let mut at = at.min(self.text.len());
        while !self.text.is_char_boundary(at) {
            at = at.saturating_add(1);
        }
        let mut cursor = GraphemeCursor::new(at, self.text.len(), true);
        match cursor.is_boundary(&self.text, 0) {
            Ok(false) => cursor.next_boundary(&self.text, 0).ok().flatten().unwrap_or(at),
            Ok(true) | Err(_) => at,
        }
    }
}

fn is_one_character(text: &str) -> bool {
    text.chars().nth(1).is_none()
}

#[cfg(test)]
mod tests;
