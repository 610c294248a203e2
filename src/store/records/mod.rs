//! The schema of the shared file: a record read, judged, repaired and written.
//! Must not open a file: text goes in and text comes out.

pub(crate) mod edits;
pub(crate) mod incoming;
pub(crate) mod read;
pub(crate) mod record_text;
pub(crate) mod sanitize;
pub(crate) mod stored_messages;
pub(crate) mod verdict;
