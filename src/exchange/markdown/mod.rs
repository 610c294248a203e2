//! A conversation as a Markdown file: front matter, then every message, to the character.
//! May not change a text: what a message says stands in the file as it was said.

mod front_matter;
mod marker;
mod read;
mod write;

pub use read::parse_documents;
pub use write::{NOT_STORED_NOTE, speaker_name, write_document, write_transcript};
