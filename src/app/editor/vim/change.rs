//! A change as undo and redo remember it.

/// What one command changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct VimChange {
    /// How many steps the editor could undo before it, and after it.
    pub(super) before: usize,
    pub(super) after: usize,
}
