//! A draft: what is being written for a conversation and was not sent yet.
//! May not know where the conversation is.

use serde::{Deserialize, Serialize};

use super::Fingerprint;

/// What is being written.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The text; empty where there is no draft.
    pub text: String,
    /// The earlier question that it is an edit of, if it is one. Named by what it says and when it
    /// was asked: its position may move before the draft is taken up again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edits: Option<Fingerprint>,
}

impl Draft {
    /// Whether there is nothing to keep.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// This draft with what was written since on the next line; an edit as soon as one of them is.
    #[must_use]
    pub fn followed_by(self, since: Self) -> Self {
        let text = match (self.is_empty(), since.is_empty()) {
            (_, true) => self.text,
            (true, false) => since.text,
            (false, false) => format!("{}\n{}", self.text, since.text),
        };
        Self { text, edits: self.edits.or(since.edits) }
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
    fn drafts_that_meet_are_lines_of_one_and_an_edit_among_them_stays_one() {
        let edits = Some(Fingerprint::of(&Message::question("q", Timestamp::from_seconds(1))));
        let edit = Draft { text: "better".into(), edits: edits.clone() };
        let both = edit.clone().followed_by("since".into());
        assert_eq!(both, Draft { text: "better\nsince".into(), edits });
        assert_eq!(Draft::from("before").followed_by(edit.clone()).edits, edit.edits);
        // Nothing is no line.
        assert_eq!(Draft::default().followed_by("since".into()), Draft::from("since"));
        assert_eq!(edit.clone().followed_by(Draft::default()), edit);
    }
}
