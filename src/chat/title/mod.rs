//! The title of a conversation: the form the shared file has, and the full one that is shown here.
//!
//! The web app allows thirty characters without punctuation. That rule is only for its file: a full
//! title is kept in the private folder and belongs to the stored one it was written with.

mod derive;
mod web_rule;

use std::borrow::Cow;
use std::fmt::{self, Display};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

pub(super) use web_rule::is_python_space;
pub use web_rule::{on_create, on_update};

/// The most characters of a full title. Our choice: more fits on no screen of the list.
const MAX_FULL_CHARS: usize = 200;
/// The most characters of a title inside a sentence, so that what follows it is still seen.
const MAX_CHARS_IN_SENTENCE: usize = 40;

/// A title. Both forms are hostile until the view has made them safe.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(from = "SerializedTitle", into = "SerializedTitle")]
pub struct Title {
    stored: Arc<str>,
    /// `None` where it is the stored one.
    full: Option<Arc<str>>,
}

/// A title in the journal: a plain text where there is no full title.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum SerializedTitle {
    Stored(String),
    Both { stored: String, full: String },
}

impl Title {
    /// A stored title and the full one it was written with, which becomes one line of at most 200
    /// characters.
    #[must_use]
    pub fn new(stored: impl Into<Arc<str>>, full: &str) -> Self {
        let (stored, full) = (stored.into(), one_line(full));
        let full = (!full.is_empty() && *full != *stored).then(|| full.into());
        Self { stored, full }
    }

    /// A stored title and its full one as they were saved, which another program may have changed.
    #[must_use]
    pub fn from_saved(stored: &str, full: &str) -> Self {
        Self { stored: stored.into(), full: Some(full.into()) }
    }

    /// The title in the shared file.
    #[must_use]
    pub fn stored(&self) -> &str {
        &self.stored
    }

    /// The full title, where it is another than the stored one.
    #[must_use]
    pub fn full(&self) -> Option<&str> {
        self.full.as_deref()
    }

    /// The title to show: the full one where it is known.
    #[must_use]
    pub fn text(&self) -> &str {
        self.full().unwrap_or(&self.stored)
    }
}

impl<T: Into<Arc<str>>> From<T> for Title {
    /// A title as the shared file has it.
    fn from(stored: T) -> Self {
        Self { stored: stored.into(), full: None }
    }
}

impl Display for Title {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl From<SerializedTitle> for Title {
    fn from(title: SerializedTitle) -> Self {
        match title {
            SerializedTitle::Stored(stored) => stored.into(),
            SerializedTitle::Both { stored, full } => Self::from_saved(&stored, &full),
        }
    }
}

impl From<Title> for SerializedTitle {
    fn from(Title { stored, full }: Title) -> Self {
        match full {
            None => Self::Stored(stored.as_ref().to_owned()),
            Some(full) => {
                Self::Both { stored: stored.as_ref().to_owned(), full: full.as_ref().to_owned() }
            }
        }
    }
}

/// Shortens a title for a sentence about its conversation.
#[must_use]
pub fn in_sentence(title: &str) -> Cow<'_, str> {
    cut(title, MAX_CHARS_IN_SENTENCE)
}

/// Says that a conversation has a title already.
#[must_use]
pub fn unchanged_sentence(title: &Title) -> String {
    format!("The title is \"{}\" already.", in_sentence(title.text()))
}

/// The text as one line: without control characters, white space as single spaces, cut to the limit.
fn one_line(text: &str) -> String {
    let visible: String = text.chars().filter(|c| c.is_whitespace() || !c.is_control()).collect();
    let line = visible.split_whitespace().collect::<Vec<_>>().join(" ");
    cut(&line, MAX_FULL_CHARS).into_owned()
}

/// Cuts a text to a number of characters, the last of them `…`, between what people see as characters.
fn cut(text: &str, max_chars: usize) -> Cow<'_, str> {
    let Some((limit, _)) = text.char_indices().nth(max_chars) else { return Cow::Borrowed(text) };
    let room = text.char_indices().nth(max_chars.saturating_sub(1)).map_or(limit, |(at, _)| at);
    let ends = text.grapheme_indices(true).map(|(at, _)| at).take_while(|at| *at <= room);
    let end = ends.last().unwrap_or_default();
    Cow::Owned(format!("{}…", text.get(..end).unwrap_or_default().trim_end()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_title_is_one_line_of_at_most_200_characters() {
        let title = Title::new("a b", "  a\u{1b}[2J\r\n\tb\u{9b}1m ");
        assert_eq!((title.text(), title.stored()), ("a[2J b1m", "a b"));
        let long = Title::new("x", &"family 👨‍👩‍👧 ".repeat(40));
        assert!(long.text().chars().count() <= 200, "{long}");
        let cut = Title::new("x", &("y".repeat(197) + "👨‍👩‍👧 and more"));
        assert_eq!(cut.text(), "y".repeat(197) + "…", "no family is divided");
        assert_eq!(Title::new("x", &"é".repeat(200)).text(), "é".repeat(200));
        for nothing in ["", " \u{7}", "stored"] {
            assert_eq!(Title::new("stored", nothing), Title::from("stored"), "{nothing:?}");
        }
    }

    #[test]
    fn a_title_without_a_full_one_is_plain_text_in_the_journal() {
        let json = |title: &Title| serde_json::to_string(title).unwrap();
        assert_eq!(json(&Title::from("T")), "\"T\"");
        for title in [Title::from("T"), Title::new("a_b", "a/b")] {
            assert_eq!(serde_json::from_str::<Title>(&json(&title)).unwrap(), title);
        }
    }

    #[test]
    fn a_sentence_has_the_beginning_of_a_long_title() {
        assert_eq!(in_sentence("short"), "short");
        let long = in_sentence(&"word ".repeat(20)).into_owned();
        assert!(long.chars().count() <= 40 && long.ends_with("word…"), "{long}");
    }
}
