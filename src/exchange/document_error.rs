//! Why a text could not be imported. Must not contain text of a message, because errors are logged.

use thiserror::Error;

/// Why a text could not be imported.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DocumentError {
    /// The text does not begin like a Markdown export.
    #[error("it has no front matter with `duologue: 1`")]
    NoFrontMatter,
    /// The format version, which this version cannot read.
    #[error("it was written by a newer version of duologue (format {0})")]
    NewerVersion(String),
    /// A required part is missing or invalid; the text says which.
    #[error("{0}")]
    Malformed(String),
}
