//! Caret motions, and whether they select.

/// Where the caret moves to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motion {
    /// One grapheme to the left.
    Left,
    /// One grapheme to the right.
    Right,
    /// One row up, in the column that is kept while moving.
    Up,
    /// One row down, in the column that is kept while moving.
    Down,
    /// To the start of the word before.
    WordLeft,
    /// To the end of the word after.
    WordRight,
    /// Before the first character of the logical line.
    LineStart,
    /// After the last character of the logical line.
    LineEnd,
}

/// Whether text stays selected when the caret moves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SelectionMode {
    /// The motion ends the selection.
    Clear,
    /// The motion extends the selection.
    Extend,
}
