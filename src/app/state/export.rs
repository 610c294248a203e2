//! The export that is being written.

/// How far a long export has got.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ExportProgress {
    /// How many messages are written.
    pub done: usize,
    /// How many the conversation has.
    pub total: usize,
}
