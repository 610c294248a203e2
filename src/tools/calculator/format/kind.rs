//! The two kinds of templates.

/// Whether a text or bytes are filled in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A text.
    Text,
    /// Bytes.
    Bytes,
}
