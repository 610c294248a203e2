//! A search query and its match in a text, regardless of case and of the kind of white space.

use std::ops::Range;

use super::needle::Needle;

/// A search query, folded for comparison.
#[derive(Debug, Clone)]
pub struct Query {
    folded: Vec<char>,
    needle: Needle,
}

impl Query {
    /// The query for a text; `None` where that is blank.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let folded: Vec<char> = text.trim().chars().map(fold).collect();
        let needle = Needle::of(&folded);
        (!folded.is_empty()).then_some(Self { folded, needle })
    }

    /// What the raw bytes of a text that contains the query must contain.
    pub(super) const fn needle(&self) -> &Needle {
        &self.needle
    }

    /// The byte range of the first match in a text.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<Range<usize>> {
        let (first, rest) = self.folded.split_first()?;
        let starts = text.char_indices().filter(|(_, c)| fold(*c) == *first);
        starts.into_iter().find_map(|(at, c)| {
            let mut end = at.checked_add(c.len_utf8())?;
            let mut following = text.get(end..)?.chars();
            for wanted in rest {
                let next = following.next().filter(|next| fold(*next) == *wanted)?;
                end = end.checked_add(next.len_utf8())?;
            }
            Some(at..end)
        })
    }
}

/// Folds a character for comparison. ASCII stays ASCII and other characters stay others, one for one,
/// so that raw bytes can be searched for ASCII without decoding them.
fn fold(c: char) -> char {
    if c.is_ascii() {
        return if c.is_ascii_whitespace() { ' ' } else { c.to_ascii_lowercase() };
    }
    if c.is_whitespace() {
        return ' ';
    }
    let mut lower = c.to_lowercase();
    match (lower.next(), lower.next()) {
        (Some(only), None) if !only.is_ascii() => only,
        _ => c,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(query: &str, text: &str) -> Option<String> {
        let range = Query::new(query).unwrap().find(text)?;
        Some(text[range].to_owned())
    }

    #[test]
    fn a_match_ignores_case_and_the_kind_of_white_space() {
        assert_eq!(found("STRASSE nach", "die Strasse\nnach"), Some("Strasse\nnach".into()));
        assert_eq!(found("Ärger", "viel ÄRGER"), Some("ÄRGER".into()));
        assert_eq!(found("名前", "私の名前は"), Some("名前".into()));
        assert_eq!(found("aab", "aaab"), Some("aab".into()));
        assert_eq!(found("x", "abc"), None);
        assert!(Query::new(" \n").is_none());
    }

    #[test]
    fn no_ascii_letter_matches_another_character() {
        // The Kelvin sign is a small k in lower case.
        assert_eq!(found("k", "\u{212a}"), None);
        assert_eq!(found("\u{212a}", "\u{212a}"), Some("\u{212a}".into()));
        assert_eq!(found("İ", "İ"), Some("İ".into()));
    }
}
