//! Conversations in the forms other programs and people use: Markdown, HTML, other exports.
//! May not do I/O or know the shared file: text in, conversations out, and back.

pub mod chatgpt;
pub mod html;
pub mod markdown;
pub mod name;
pub mod time;
pub mod unreadable;

pub use unreadable::FormatError;
