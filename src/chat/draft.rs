//! A draft: text written for a conversation and not sent yet.

use serde::{Deserialize, Serialize};

use super::Fingerprint;

/// A text that was not sent, and the question it replaces.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The text; empty where there is no draft.
    pub text: String,
    /// The earlier question it edits, if any. A fingerprint, because the question's position may change
    /// before the draft is continued.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edits: Option<Fingerprint>,
}

impl Draft {
    /// Tells whether there is nothing to save.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Joins two drafts, the later one on a new line; the result is an edit where one of them is.
    #[must_use]
    pub fn followed_by(self, later: Self) -> Self {
        let text = match (self.is_empty(), later.is_empty()) {
            (_, true) => self.text,
            (true, false) => later.text,
            (false, false) => format!("{}\n{}", self.text, later.text),
        };
        Self { text, edits: self.edits.or(later.edits) }
    }
}

impl<T: Into<String>> From<T> for Draft {
    fn from(text: T) -> Self {
        Self { text: text.into(), edits: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{Message, Timestamp};

    #[test]
    fn joined_drafts_are_lines_of_one_and_keep_the_edited_question() {
        let edits = Some(Fingerprint::of(&Message::question("q", Timestamp::from_seconds(1))));
        let edit = Draft { text: "better".into(), edits: edits.clone() };
        let both = edit.clone().followed_by("since".into());
        assert_eq!(both, Draft { text: "better\nsince".into(), edits });
        assert_eq!(Draft::from("before").followed_by(edit.clone()).edits, edit.edits);
        // An empty draft adds no line.
        assert_eq!(Draft::default().followed_by("since".into()), Draft::from("since"));
        assert_eq!(edit.clone().followed_by(Draft::default()), edit);
    }
}
