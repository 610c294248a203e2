//! The word that the comments between messages begin with: one that no message has in a comment.

use std::collections::HashSet;

/// The word if no message has such a comment.
pub(super) const DEFAULT_MARKER: &str = "message";

/// Chooses the first of `message`, `message1`, … that begins no comment in a conversation.
#[derive(Debug, Default)]
pub struct MarkerChoice {
    /// What follows `message` in the words that are taken.
    taken: HashSet<String>,
}

impl MarkerChoice {
    /// Excludes the words that begin a comment of a text.
    pub fn exclude(&mut self, text: &str) {
        let begin = format!("<!-- {DEFAULT_MARKER}");
        for (at, found) in text.match_indices(&begin) {
            let rest = text.get(at.saturating_add(found.len())..).unwrap_or_default();
            let word = rest.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
            if rest.get(word.len()..).is_some_and(|rest| rest.starts_with(' ')) {
                self.taken.insert(word.to_owned());
            }
        }
    }

    /// The first word that is left.
    #[must_use]
    pub fn marker(&self) -> String {
        let numbered = (1_u32..).map(|number| number.to_string());
        let mut endings = std::iter::once(String::new()).chain(numbered);
        let free = endings.find(|ending| !self.taken.contains(ending)).unwrap_or_default();
        format!("{DEFAULT_MARKER}{free}")
    }
}
