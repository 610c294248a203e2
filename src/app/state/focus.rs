//! The focused pane.

/// The pane that gets the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// The conversation list.
    List,
    /// The transcript.
    Transcript,
    /// The composer.
    Composer,
}
