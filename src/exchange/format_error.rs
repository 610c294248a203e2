//! Why a text could not be imported. Must not contain text of a message, because it is logged.

use thiserror::Error;

/// What keeps a text from being read.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum FormatError {
    /// It does not begin as a Markdown export does.
    #[error("it has no front matter with `duologue: 1`")]
    NoFrontMatter,
    /// Its form is one this version does not know.
    #[error("it was written by a newer version of duologue (format {0})")]
    NewerVersion(String),
    /// A part that must be there is missing or not what it should be.
    #[error("{0}")]
    Malformed(String),
}
