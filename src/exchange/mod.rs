//! Conversations in other formats: Markdown, HTML, exports of other programs. Text in, conversations out,
//! and the reverse; files are read and written by the callers.

pub mod chatgpt;
pub mod file_name;
pub mod format_error;
pub mod html;
pub mod markdown;
pub mod time;

pub use crate::exchange::format_error::FormatError;
