//! The table of contents of the shared file: every record with its byte range and its row.

pub mod cache;
mod contents;
mod entry;
mod error;
mod lazy_index;
mod message;
pub mod open;
mod packed;
mod parallel;
mod record;
pub mod resolve_id;
pub mod timestamp;

pub use crate::store::index::lazy_index::LazyIndex;
pub use cache::IndexCache;
pub use contents::Index;
pub use entry::IndexEntry;
pub use error::IndexError;
pub use packed::PackedIndex;
pub use record::{MessageKeys, read_summary};
