//! How long what was deleted, edited or overwritten can be brought back.

/// How long, in days. Our choice.
pub const UNDO_DAYS: i64 = 30;

/// How long, in seconds.
pub const UNDO_SECONDS: i64 = UNDO_DAYS * 24 * 60 * 60;
