//! What is looked for, and where it is in a text: letters in either case, any white space for space.
//! May not know how the shared file spells texts.

use std::ops::Range;

use super::needle::Needle;

/// What is looked for.
#[derive(Debug, Clone)]
pub struct Query {
    folded: Vec<char>,
    needle: Needle,
}

impl Query {
    /// A search for a text; `None` where there is nothing in it to look for.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let folded: Vec<char> = text.trim().chars().map(fold).collect();
        let needle = Needle::of(&folded);
        (!folded.is_empty()).then_some(Self { folded, needle })
    }

    /// What the raw bytes of a text that holds it must hold.
    pub(super) const fn needle(&self) -> &Needle {
        &self.needle
    }

    /// Where it first stands in a text.
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

/// A character as it is compared. What is ASCII stays ASCII and what is not stays so, one for one:
/// the raw bytes can then be looked through for ASCII without decoding them.
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
    fn case_and_kind_of_white_space_do_not_matter() {
        assert_eq!(found("STRASSE nach", "die Strasse\nnach"), Some("Strasse\nnach".into()));
        assert_eq!(found("Ärger", "viel ÄRGER"), Some("ÄRGER".into()));
        assert_eq!(found("名前", "私の名前は"), Some("名前".into()));
        assert_eq!(found("aab", "aaab"), Some("aab".into()));
        assert_eq!(found("x", "abc"), None);
        assert!(Query::new(" \n").is_none());
    }

    #[test]
    fn letters_are_not_mixed_up_across_the_edge_of_ascii() {
        // The Kelvin sign is a small k in lower case.
        assert_eq!(found("k", "\u{212a}"), None);
        assert_eq!(found("\u{212a}", "\u{212a}"), Some("\u{212a}".into()));
        assert_eq!(found("İ", "İ"), Some("İ".into()));
    }
}
