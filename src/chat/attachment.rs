//! Files that go with a question: what they are, and how the question's text mentions them.
//! May not read a file.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{Fingerprint, Message};

/// Bytes one file may have.
pub const MAX_FILE_BYTES: u64 = 10 * 1024 * 1024;
/// Bytes all files of a question may have.
pub const MAX_TOTAL_BYTES: u64 = 20 * 1024 * 1024;

/// A file that goes with a question, as it was when the question was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its name, without the folders before it.
    pub name: String,
    /// What is in it.
    pub content: AttachmentContent,
}

/// What is in a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttachmentContent {
    /// Text.
    Text(String),
    /// A picture.
    Image(EncodedFile),
    /// Another document a model can read.
    Document(EncodedFile),
}

/// Bytes as requests carry them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EncodedFile {
    /// What kind of bytes (`image/png`).
    pub media: String,
    /// The bytes in base64.
    pub base64: String,
}

/// What kind of file it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Text.
    Text,
    /// A picture.
    Image,
    /// Another document a model can read.
    Document,
}

/// What a look at a path showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileProbe {
    /// A file that can go with a question.
    File {
        /// What kind.
        kind: FileKind,
        /// How large.
        bytes: u64,
    },
    /// A file that cannot, and why.
    Unusable(String),
    /// No file.
    NotFound,
}

impl AttachmentContent {
    /// What kind of file it is in.
    #[must_use]
    pub const fn kind(&self) -> FileKind {
        match self {
            Self::Text(_) => FileKind::Text,
            Self::Image(_) => FileKind::Image,
            Self::Document(_) => FileKind::Document,
        }
    }
}

/// The files of each question that has some.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QuestionAttachments(HashMap<Fingerprint, Vec<Attachment>>);

impl QuestionAttachments {
    /// Adds the files of a question.
    pub fn add(&mut self, question: Fingerprint, files: Vec<Attachment>) {
        self.0.insert(question, files);
    }

    /// The files of a question.
    #[must_use]
    pub fn of(&self, question: &Message) -> &[Attachment] {
        if self.0.is_empty() {
            return &[];
        }
        self.0.get(&Fingerprint::of(question)).map_or(&[], Vec::as_slice)
    }

    /// The texts among them: as private as a question.
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.values().flatten().filter_map(|file| match &file.content {
            AttachmentContent::Text(text) => Some(text.as_str()),
            AttachmentContent::Image(_) | AttachmentContent::Document(_) => None,
        })
    }
}

/// How a text mentions a file.
#[must_use]
pub fn mention_text(path: &str) -> String {
    if path.contains(char::is_whitespace) { format!("@\"{path}\"") } else { format!("@{path}") }
}

/// Whether a text mentions a file: as a word of its own.
#[must_use]
pub fn is_mentioned(text: &str, path: &str) -> bool {
    let mention = mention_text(path);
    text.match_indices(&mention).any(|(at, _)| {
        let before = text.get(..at).and_then(|before| before.chars().next_back());
        let rest = text.get(at.saturating_add(mention.len())..).unwrap_or_default();
        // A sentence may end behind it; a longer name may not.
        let behind = rest.trim_start_matches(['.', ',', ';', ':', '!', '?', ')']);
        let ends = behind.chars().next().is_none_or(char::is_whitespace);
        before.is_none_or(|c| c.is_whitespace() || c == '(') && ends
    })
}

/// A size as people read it.
#[must_use]
pub fn format_size(bytes: u64) -> String {
    match bytes {
        0..1024 => format!("{bytes} B"),
        1024..1_048_576 => format!("{} KB", bytes.div_ceil(1024)),
        _ => format!("{} MB", bytes.div_ceil(1_048_576)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_mentioned_as_a_word_of_its_own() {
        for text in ["@src/main.rs", "see @src/main.rs.", "(@src/main.rs)", "a\n@src/main.rs b"] {
            assert!(is_mentioned(text, "src/main.rs"), "{text}");
        }
        for text in ["x@src/main.rs", "@src/main.rsx", "@src/main.rs.bak", "src/main.rs"] {
            assert!(!is_mentioned(text, "src/main.rs"), "{text}");
        }
        assert!(is_mentioned("look at @\"my file.txt\", please", "my file.txt"));
    }

    #[test]
    fn sizes_are_short() {
        let sizes = [0, 1023, 1024, 1025, 5 * 1_048_576].map(format_size);
        assert_eq!(sizes, ["0 B", "1023 B", "1 KB", "2 KB", "5 MB"]);
    }
}
