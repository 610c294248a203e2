//! Which pane gets the keys.

/// The pane that gets the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)] // each is named after what it is
pub enum Focus {
    List,
    Transcript,
    Composer,
}
