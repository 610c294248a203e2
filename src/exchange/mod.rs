//! Conversations in other formats: Markdown, HTML, ChatGPT exports. The callers read and write files.

pub mod chatgpt;
pub mod file_name;
pub mod html;
pub mod markdown;
pub mod time;
