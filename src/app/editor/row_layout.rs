//! Where the rows of a wrapped text start, updated edit by edit. Must not read more of the text
//! than an edit can affect: texts can be megabytes long.

use std::ops::Range;

use memchr::memchr;
use unicode_segmentation::UnicodeSegmentation;

use crate::app::editor::columns_of;

/// Rows before an edit that may change: the first word of the edited row may now fit into the row
/// above, and a grapheme may span the boundary.
const ROWS_BEFORE_EDIT: usize = 3;

/// The start positions of all rows for a width.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowLayout {
    columns: usize,
    starts: Vec<usize>,
}

impl Default for RowLayout {
    fn default() -> Self {
        Self::new("", usize::MAX)
    }
}

impl RowLayout {
    /// Wraps a text at a width in columns; `usize::MAX` breaks at line breaks only.
    #[must_use]
    pub fn new(text: &str, columns: usize) -> Self {
        let columns = columns.max(1);
        let mut starts = vec![0];
        let mut at = 0;
        while let Some(next) = next_row(text, at, columns) {
            starts.push(next);
            at = next;
        }
        Self { columns, starts }
    }

    /// The width in columns.
    #[must_use]
    pub const fn columns(&self) -> usize {
        self.columns
    }

    /// The number of rows; an empty text has one.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.starts.len()
    }

    /// Always false: there is at least one row. Exists for the lint on `len`.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.starts.is_empty()
    }

    /// The row of a byte position.
    #[must_use]
    pub fn row_of(&self, at: usize) -> usize {
        self.starts.partition_point(|start| *start <= at).saturating_sub(1)
    }

    /// The bytes of a row, without its line break.
    #[must_use]
    pub fn range(&self, text: &str, row: usize) -> Range<usize> {
        let Some(start) = self.starts.get(row).copied() else {
            return text.len()..text.len();
        };
        let end = self.starts.get(row.saturating_add(1)).copied().unwrap_or(text.len());
        let shown = text.get(start..end).unwrap_or_default();
        let shown = shown.strip_suffix('\n').unwrap_or(shown);
        start..start.saturating_add(shown.len())
    }

    /// Row and column of a byte position.
    #[must_use]
    pub fn row_and_column(&self, text: &str, at: usize) -> (usize, usize) {
        let row = self.row_of(at);
        let start = self.starts.get(row).copied().unwrap_or(0);
        let before = text.get(start..at).unwrap_or_default();
        (row, before.graphemes(true).map(columns_of).fold(0, usize::saturating_add))
    }

    /// The byte position nearest to a column of a row.
    #[must_use]
    pub fn byte_at(&self, text: &str, row: usize, column: usize) -> usize {
        let range = self.range(text, row);
        let soft = range.end == self.starts.get(row.saturating_add(1)).copied().unwrap_or(0);
        let mut used = 0_usize;
        let mut before = range.start;
        for (at, grapheme) in text.get(range.clone()).unwrap_or_default().grapheme_indices(true) {
            let cell_width = columns_of(grapheme);
            let here = range.start.saturating_add(at);
            // The nearer side of a wide character.
            if used.saturating_add(cell_width.saturating_add(1) / 2) > column {
                return here;
            }
            used = used.saturating_add(cell_width);
            before = here;
        }
        // The end of a wrapped row is the start of the next one.
        if soft && row.saturating_add(1) < self.len() { before } else { range.end }
    }

    /// Updates the rows after `removed` bytes at a position were replaced by `inserted` bytes.
    pub fn update_after_edit(&mut self, text: &str, at: usize, removed: usize, inserted: usize) {
        let old_end = at.saturating_add(removed);
        let new_end = at.saturating_add(inserted);
        let shift = |start: usize| start.saturating_sub(removed).saturating_add(inserted);
        let keep = self.row_of(at).saturating_sub(ROWS_BEFORE_EDIT);
        let tail_from = self.starts.partition_point(|start| *start <= old_end);
        let tail: Vec<usize> = self.starts.iter().skip(tail_from).map(|it| shift(*it)).collect();
        self.starts.truncate(keep.saturating_add(1));
        let mut begin = self.starts.last().copied().unwrap_or(0);
        let mut old = 0;
        while let Some(next) = next_row(text, begin, self.columns) {
            while tail.get(old).is_some_and(|start| *start < next) {
                old = old.saturating_add(1);
            }
            // From a row that starts where one started before, nothing changes.
            if next > new_end && tail.get(old) == Some(&next) {
                self.starts.extend(tail.iter().skip(old));
                return;
            }
            self.starts.push(next);
            begin = next;
        }
    }
}

/// The start of the row after the one at `start`; `None` after the last one. Trailing white space
/// exceeds the width, so that no row starts with it.
fn next_row(text: &str, start: usize, columns: usize) -> Option<usize> {
    let rest = text.get(start..)?;
    if columns == usize::MAX {
        return memchr(b'\n', rest.as_bytes()).map(|at| start.saturating_add(at).saturating_add(1));
    }
    let mut used = 0_usize;
    let mut break_at = None;
    for (at, grapheme) in rest.grapheme_indices(true) {
        let end = at.saturating_add(grapheme.len());
        if grapheme.ends_with('\n') {
            return Some(start.saturating_add(end));
        }
        let cell_width = columns_of(grapheme);
        let is_space = grapheme == " " || grapheme == "\t";
        if cell_width > 1 && at > 0 && !is_space {
            break_at = Some(at);
        }
        if used.saturating_add(cell_width) > columns && used > 0 && !is_space {
            return Some(start.saturating_add(break_at.unwrap_or(at)));
        }
        used = used.saturating_add(cell_width);
        if is_space || cell_width > 1 {
            break_at = Some(end);
        }
    }
    None
}
