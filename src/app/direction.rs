//! To the next one, or to the one before.

/// A way to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// To the next one.
    Forward,
    /// To the one before.
    Back,
}
