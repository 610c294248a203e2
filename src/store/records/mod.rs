//! The schema of the shared file: a record read, judged, put right and written.
//! Must not open a file: text goes in and text comes out.

pub mod edits;
pub mod incoming;
pub mod read;
pub mod sanitize;
pub mod verdict;
