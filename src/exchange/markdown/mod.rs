//! A conversation as a Markdown file: front matter, then every message unchanged.

mod front_matter;
mod marker;
mod read;
mod write;

pub use marker::MarkerChoice;
pub use read::parse_documents;
pub use write::{
    DocumentWriter, speaker_name, transcript_message, transcript_title, write_document,
};
