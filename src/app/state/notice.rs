//! Notices in the status line.

use crate::chat::Timestamp;

/// How serious a notice is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NoticeKind {
    /// Something was done as the user asked.
    Info,
    /// Something is unexpected, but nothing is lost.
    Warning,
    /// Something the user asked for failed.
    Error,
}

/// A notice in the status line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// How serious it is.
    pub kind: NoticeKind,
    /// One sentence or two, without line breaks.
    pub text: String,
}

/// When a notice was caused and by what, until it has expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NoticeAge {
    /// It was shown long enough.
    #[default]
    Old,
    /// A key at this time caused it.
    Response(Timestamp),
    /// Something else at this time caused it.
    Event(Timestamp),
}

/// What causes the notices of the current message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NoticeCause {
    /// A key, a paste or the mouse.
    User,
    /// The server, the disk, another program or the clock.
    #[default]
    External,
}
