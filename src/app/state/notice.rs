//! One calm line for the status bar, and whether it is news.

use crate::chat::Timestamp;

/// How much a notice wants to be seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// Something was done.
    Info,
    /// Something is not as expected, and nothing is lost.
    Warning,
    /// Something did not work.
    Error,
}

/// One calm line for the status bar.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How much it wants to be seen.
    pub kind: NoticeKind,
    /// The line.
    pub text: String,
}

/// Whether a notice is news.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NoticeAge {
    /// It was there long enough to be read.
    #[default]
    Old,
    /// It is the answer to a key, of this time.
    Response(Timestamp),
    /// It came by itself, at this time.
    Event(Timestamp),
}

/// Why something is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NoticeCause {
    /// The user did something.
    User,
    /// It happened elsewhere.
    #[default]
    External,
}
