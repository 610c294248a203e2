//! The table of contents of the shared file: every record with its byte range and its row.

pub mod cache;
mod contents;
mod entry;
mod error;
mod message;
pub mod open;
mod packed;
mod parts;
mod record;
pub mod resolve_id;
mod table;
pub mod timestamp;

pub use cache::IndexCache;
pub use contents::Index;
pub use entry::Entry;
pub use error::IndexError;
pub use packed::PackedIndex;
pub use record::{MessageKeys, read_summary};
pub use table::LazyIndex;
