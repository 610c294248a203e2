//! What servers say went wrong: read, classified, and cleaned for display.

pub mod error_body;
pub mod error_table;
pub mod redact;
pub mod retry_after;
