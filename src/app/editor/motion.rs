//! Where the caret can be told to go, and whether the selection comes along.

/// A way to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Motion {
    /// One character left.
    Left,
    /// One character right.
    Right,
    /// One row up.
    Up,
    /// One row down.
    Down,
    /// To the beginning of a word on the left.
    WordLeft,
    /// To the end of a word on the right.
    WordRight,
    /// To the beginning of the line.
    LineStart,
    /// To the end of the line.
    LineEnd,
    /// To the beginning of the text.
    TextStart,
    /// To the end of the text.
    TextEnd,
}

/// Whether the selection comes along.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SelectionMode {
    /// The caret moves, and nothing is selected.
    Clear,
    /// What is passed over is selected.
    Extend,
}
