//! Files sent with a question: their contents, limits, and how the question's text mentions them.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{Fingerprint, Message};

/// The largest file that can be attached, in bytes. A limit of duologue's own: requests stay small.
pub const MAX_FILE_BYTES: u64 = 10 * 1024 * 1024;
/// The limit for all files of one question, in bytes. Also duologue's own.
pub const MAX_TOTAL_BYTES: u64 = 20 * 1024 * 1024;

/// A file sent with a question, as it was when the question was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attachment {
    /// The file name without folders.
    pub name: String,
    /// The contents, encoded as requests carry them.
    pub content: AttachmentContent,
}

/// The contents of an attached file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AttachmentContent {
    /// UTF-8 text, sent as text.
    Text(String),
    /// An image, sent as an `input_image` part.
    Image(EncodedFile),
    /// A document such as a PDF, sent as an `input_file` part.
    Document(EncodedFile),
}

/// The bytes of a file as a request carries them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EncodedFile {
    /// The media type, such as `image/png`.
    pub media: String,
    /// The bytes in standard base64.
    pub base64: String,
}

/// How a file is sent, decided by its first bytes and its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    /// Text in UTF-8 or an encoding that was recognised.
    Text,
    /// An image a model can look at.
    Image,
    /// Another document a model can read.
    Document,
}

/// The result of examining a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileProbe {
    /// A file that can be attached.
    File {
        /// How it would be sent.
        kind: FileKind,
        /// Its size in bytes.
        bytes: u64,
    },
    /// A file that cannot be attached, and why not.
    Unusable(String),
    /// There is no such file.
    NotFound,
}

impl AttachmentContent {
    /// The kind of file these contents came from.
    #[must_use]
    pub const fn kind(&self) -> FileKind {
        match self {
            Self::Text(_) => FileKind::Text,
            Self::Image(_) => FileKind::Image,
            Self::Document(_) => FileKind::Document,
        }
    }
}

/// Files by the fingerprint of the question they were attached to; most questions have none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct QuestionAttachments(HashMap<Fingerprint, Vec<Attachment>>);

impl QuestionAttachments {
    /// Stores the attachments of a question, in place of earlier ones.
    pub fn add(&mut self, question: Fingerprint, files: Vec<Attachment>) {
        self.0.insert(question, files);
    }

    /// Returns the attachments of a question; empty where it has none.
    #[must_use]
    pub fn of(&self, question: &Message) -> &[Attachment] {
        if self.0.is_empty() {
            return &[];
        }
        self.0.get(&Fingerprint::of(question)).map_or(&[], Vec::as_slice)
    }

    /// Returns the text attachments, which are as private as a question (for redaction in logs).
    pub fn texts(&self) -> impl Iterator<Item = &str> {
        self.0.values().flatten().filter_map(|file| match &file.content {
            AttachmentContent::Text(text) => Some(text.as_str()),
            AttachmentContent::Image(_) | AttachmentContent::Document(_) => None,
        })
    }
}

/// The mention of a path in a question: `@path`, quoted where the path contains white space.
#[must_use]
pub fn mention_text(path: &str) -> String {
    if path.contains(char::is_whitespace) { format!("@\"{path}\"") } else { format!("@{path}") }
}

/// Tells whether a text mentions a path as a word of its own.
#[must_use]
pub fn is_mentioned(text: &str, path: &str) -> bool {
    let mention = mention_text(path);
    text.match_indices(&mention).any(|(start, _)| {
        let before = text.get(..start).and_then(|before| before.chars().next_back());
        let rest = text.get(start.saturating_add(mention.len())..).unwrap_or_default();
        // Punctuation may follow the mention; more of a path may not.
        let after = rest.trim_start_matches(['.', ',', ';', ':', '!', '?', ')']);
        let ends = after.chars().next().is_none_or(char::is_whitespace);
        before.is_none_or(|c| c.is_whitespace() || c == '(') && ends
    })
}

/// Formats a size for people, rounded up to whole units of 1024.
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
    fn sizes_are_rounded_up_to_whole_units() {
        let sizes = [0, 1023, 1024, 1025, 5 * 1_048_576].map(format_size);
        assert_eq!(sizes, ["0 B", "1023 B", "1 KB", "2 KB", "5 MB"]);
    }
}
