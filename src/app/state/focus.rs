//! Which pane has the keys.

/// Which pane has the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Focus {
    /// The conversation list.
    List,
    /// The conversation.
    Transcript,
    /// The composer.
    Composer,
}
