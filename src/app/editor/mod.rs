//! The text editor of every field: text, caret, selection and undo, by grapheme.

mod caret_motion;
mod columns;
mod keys;
mod kill_ring;
mod motion;
mod row_layout;
mod undo_history;
mod vim;

use std::ops::Range;

use unicode_segmentation::GraphemeCursor;

pub use crate::app::editor::row_layout::RowLayout;
pub use columns::columns_of;
pub use keys::{KeyHandling, apply_edit, handle_key, is_ctrl_c};
pub use motion::{Motion, SelectionMode};
pub use vim::{Vim, VimKey, VimMode};

use crate::app::editor::kill_ring::{CutSide, KillRing};
use crate::app::editor::undo_history::{EditKind, EditStep, UndoHistory};

/// A text being edited.
///
/// The caret and the anchor are byte positions at grapheme boundaries.
#[derive(Debug, Clone, Default)]
pub struct Editor {
    text: String,
    caret: usize,
    /// The end of the selection that does not move with the caret.
    anchor: Option<usize>,
    /// The column to keep while moving up and down.
    goal_column: Option<usize>,
    history: UndoHistory,
    kill_ring: KillRing,
    /// What the last key did, where the next one may continue it.
    last_edit: LastEdit,
    rows: RowLayout,
    /// The first row on screen.
    top: usize,
    /// Counts the changes of the text.
    revision: u64,
}

/// What the last key did, where the next one may continue it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum LastEdit {
    /// Nothing that can be continued.
    #[default]
    Other,
    /// A cut: the next one joins it.
    Cut,
    /// Inserting the cut of this age at this position: an older one may take its place.
    Yank { at: usize, age: usize },
}

impl Editor {
    /// An editor with this text, the caret at its end.
    #[must_use]
    pub fn with_text(text: impl Into<String>) -> Self {
        let text = text.into();
        let rows = RowLayout::new(&text, usize::MAX);
        Self { caret: text.len(), text, rows, ..Self::default() }
    }

    /// The whole text, as it would be sent.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns `true` where not even white space was typed.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// A number that differs after each change of the text.
    #[must_use]
    pub const fn revision(&self) -> u64 {
        self.revision
    }

    /// The byte position of the caret.
    #[must_use]
    pub const fn caret(&self) -> usize {
        self.caret
    }

    /// The selected bytes; `None` where the selection is empty.
    #[must_use]
    pub fn selection(&self) -> Option<Range<usize>> {
        let anchor = self.anchor.filter(|anchor| *anchor != self.caret)?;
        Some(anchor.min(self.caret)..anchor.max(self.caret))
    }

    /// The selected text; `None` where the selection is empty.
    #[must_use]
    pub fn selected(&self) -> Option<&str> {
        self.text.get(self.selection()?)
    }

    /// The text before the caret.
    #[must_use]
    pub fn before_caret(&self) -> &str {
        self.text.get(..self.caret).unwrap_or_default()
    }

    /// The text after the caret.
    #[must_use]
    pub fn after_caret(&self) -> &str {
        self.text.get(self.caret..).unwrap_or_default()
    }

    /// The rows for the width of the last [`Self::lay_out`].
    #[must_use]
    pub const fn rows(&self) -> &RowLayout {
        &self.rows
    }

    /// Lays the text out for a width in columns.
    pub fn lay_out(&mut self, columns: usize) {
        if self.rows.columns() != columns {
            self.rows = RowLayout::new(&self.text, columns);
        }
    }

    /// The first row shown by a view of this height: as near to the remembered one as the caret
    /// allows.
    #[must_use]
    pub fn top(&self, rows: &RowLayout, height: usize) -> usize {
        let on = rows.row_of(self.caret);
        let lowest = on.saturating_add(1).saturating_sub(height.max(1));
        // No rows are left empty while there are rows above.
        let last = rows.len().saturating_sub(height);
        self.top.clamp(lowest, on).min(last.max(lowest))
    }

    /// Remembers the first row shown by a view of this height.
    pub fn remember_top(&mut self, height: usize) {
        self.top = self.top(&self.rows, height);
    }

    /// Inserts text in place of the selection.
    pub fn insert(&mut self, text: &str) {
        let kind = if is_one_character(text) { EditKind::Typing } else { EditKind::Standalone };
        let range = self.selection().unwrap_or(self.caret..self.caret);
        self.replace(range, text, kind);
    }

    /// Inserts text that begins with a word: a space keeps it apart from one before the caret.
    pub fn insert_word(&mut self, text: &str) {
        let before = self.before_caret();
        let is_apart = before.is_empty() || before.ends_with(char::is_whitespace);
        self.insert(&format!("{}{text}", if is_apart { "" } else { " " }));
    }

    /// Inserts text as one line: its white space becomes single spaces.
    pub fn insert_line(&mut self, text: &str) {
        self.insert(&text.split_whitespace().collect::<Vec<_>>().join(" "));
    }

    /// Replaces the whole text as one undo step.
    pub fn set_text(&mut self, text: &str) {
        self.replace(0..self.text.len(), text, EditKind::Standalone);
        self.caret = self.text.len();
    }

    /// Replaces a range as one undo step; the caret goes to the end of the new text.
    pub fn replace_range(&mut self, range: Range<usize>, text: &str) {
        let range =
            self.grapheme_boundary(range.start)..self.grapheme_boundary(range.end.max(range.start));
        self.replace(range, text, EditKind::Standalone);
    }

    /// Deletes the selection, or the range of a motion.
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

    /// Deletes like [`Self::delete`], into the kill ring; cuts in a row become one.
    pub fn kill(&mut self, motion: Motion) {
        let forward = self.motion_range(motion).start == self.caret;
        let range = self.selection().unwrap_or_else(|| self.motion_range(motion));
        let Some(gone) = self.text.get(range.clone()).filter(|gone| !gone.is_empty()) else {
            return;
        };
        match (self.last_edit, forward) {
            (LastEdit::Cut, true) => self.kill_ring.join(gone, CutSide::After),
            (LastEdit::Cut, false) => self.kill_ring.join(gone, CutSide::Before),
            _ => self.kill_ring.push(gone.to_owned()),
        }
        self.replace(range, "", EditKind::Standalone);
        self.last_edit = LastEdit::Cut;
    }

    /// Deletes the selection into the kill ring.
    pub fn cut(&mut self) {
        if let Some(range) = self.selection() {
            self.cut_range(range);
        }
    }

    /// Deletes the whole text into the kill ring.
    pub fn cut_all(&mut self) {
        self.cut_range(0..self.text.len());
    }

    /// Deletes a range into the kill ring as a cut of its own.
    pub fn cut_range(&mut self, range: Range<usize>) {
        if let Some(gone) = self.text.get(range.clone()).filter(|gone| !gone.is_empty()) {
            self.kill_ring.push(gone.to_owned());
            self.replace(range, "", EditKind::Standalone);
        }
    }

    /// Inserts the latest cut.
    pub fn yank(&mut self) {
        self.insert_cut(0);
    }

    /// Replaces the cut that was just inserted by the one before it.
    pub fn yank_older(&mut self) {
        let LastEdit::Yank { at, age } = self.last_edit else {
            return self.yank();
        };
        self.anchor = Some(at);
        self.insert_cut(age.saturating_add(1));
    }

    /// Inserts a cut in place of the selection.
    fn insert_cut(&mut self, age: usize) {
        let Some(text) = self.kill_ring.get(age).map(str::to_owned) else {
            return;
        };
        let range = self.selection().unwrap_or(self.caret..self.caret);
        let at = range.start;
        self.replace(range, &text, EditKind::Standalone);
        self.last_edit = LastEdit::Yank { at, age };
    }

    /// Takes over what another editor has cut.
    pub fn inherit_cuts(&mut self, other: &mut Self) {
        self.kill_ring = std::mem::take(&mut other.kill_ring);
    }

    /// Undoes the last step.
    pub fn undo(&mut self) {
        if let Some(step) = self.history.undo() {
            let end = step.at.saturating_add(step.inserted.len());
            self.replace_bytes(step.at..end, &step.removed);
            self.place_caret(step.caret_before);
        }
    }

    /// Redoes the step that was undone last.
    pub fn redo(&mut self) {
        if let Some(step) = self.history.redo() {
            let end = step.at.saturating_add(step.removed.len());
            self.replace_bytes(step.at..end, &step.inserted);
            self.place_caret(step.at.saturating_add(step.inserted.len()));
        }
    }

    /// Returns `false` where the key for undoing belongs to the window.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        self.history.can_undo()
    }

    /// How many steps there are to undo.
    #[must_use]
    pub(crate) fn undo_depth(&self) -> usize {
        self.history.depth()
    }

    /// Where the caret was before the step that would be redone next; `None` where there is none.
    #[must_use]
    pub(crate) fn next_redo(&self) -> Option<usize> {
        self.history.next_redo().map(|step| step.caret_before)
    }

    /// Moves the caret to the grapheme boundary at or after a byte position.
    pub fn move_caret_to(&mut self, at: usize, reach: SelectionMode) {
        let at = self.grapheme_boundary(at);
        self.anchor = match reach {
            SelectionMode::Extend => self.anchor.or(Some(self.caret)),
            SelectionMode::Clear => None,
        };
        self.caret = at;
        self.goal_column = None;
        self.history.end_group();
        self.last_edit = LastEdit::Other;
    }

    /// Selects a range; the caret goes to its end.
    pub fn select(&mut self, range: Range<usize>) {
        self.move_caret_to(range.start, SelectionMode::Clear);
        self.anchor = Some(self.caret);
        self.move_caret_to(range.end, SelectionMode::Extend);
    }

    /// Changes the text; all edits but undo and redo go through here.
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
        self.last_edit = LastEdit::Other;
    }

    /// The nearest grapheme boundary at or after a byte position.
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
