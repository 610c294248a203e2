//! Conversations in the forms other programs and people use: Markdown, HTML, other exports.
//! May not do I/O or know the shared file: text in, conversations out, and back.

pub mod chatgpt;
pub mod file_name;
pub mod format_error;
pub mod html;
pub mod markdown;
pub mod time;

pub use crate::exchange::format_error::FormatError;
