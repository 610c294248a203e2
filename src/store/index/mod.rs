//! The table of contents of the shared file: every record with its byte range and its row.

mod cache;
mod contents;
mod entry;
mod error;
pub(crate) mod keys;
mod message;
mod packed;
mod parallel;
mod record;
pub(crate) mod resolve_id;
pub(crate) mod timestamp;

pub(crate) use cache::IndexCache;
pub use contents::Index;
pub use entry::IndexEntry;
pub(crate) use error::IndexError;
pub(crate) use message::{MessageScan, scan as scan_message};
pub(crate) use record::{MessageKeys, RecordOutline, read_outline, read_summary};
