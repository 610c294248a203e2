//! A search query and its match in a text, regardless of case and of the kind of white space.

use std::ops::Range;

use crate::chat::casefold::{CaseFoldedText, casefold};
use crate::markdown::{Needle, PlainText, Words};

/// A search query, folded for comparison.
#[derive(Debug, Clone)]
pub struct Query {
    words: Words,
    /// The longest of them.
    needle: Option<Needle>,
}

impl Query {
    /// The query for a text; `None` where that is blank.
    #[must_use]
    pub fn new(text: &str) -> Option<Self> {
        let folded = casefold(text.trim());
        (!folded.is_empty())
            .then(|| Self { words: Words::of(&folded), needle: Needle::of(&folded) })
    }

    /// Whether the raw bytes of JSON may spell the query.
    pub(super) fn may_occur_in_raw(&self, bytes: &[u8]) -> bool {
        self.needle.as_ref().is_none_or(|needle| needle.may_occur_in(bytes))
    }

    /// The byte range of the first match in a text.
    #[must_use]
    pub fn find(&self, text: &str) -> Option<Range<usize>> {
        let folded = self.words.may_occur_in(text).then(|| CaseFoldedText::new(text))?;
        folded.find_matches(self.words.query(), text).next()
    }

    /// The byte range of the first match in Markdown as it is written, or else as it reads. Most texts
    /// are ruled out before they are parsed.
    #[must_use]
    pub fn find_in_markdown(&self, text: &str) -> Option<Range<usize>> {
        let folded = self.words.may_occur_in(text).then(|| CaseFoldedText::new(text))?;
        let written = folded.find_matches(self.words.query(), text).next();
        written.or_else(|| PlainText::of(text).find_matches(self.words.query()).next())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::json::{decode_string, encode_string};
    use proptest::prelude::*;

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
    fn marks_of_markdown_do_not_hide_what_is_read() {
        let found = |query: &str, text: &str| {
            let range = Query::new(query).unwrap().find_in_markdown(text)?;
            Some(text[range].to_owned())
        };
        for (query, text, wanted) in [
            ("bold word", "**bold** word", "bold** word"),
            ("**bold** word", "**bold** word", "**bold** word"),
            ("abc", "a`b`c", "a`b`c"),
            ("unbelievable", "un**believ**able", "un**believ**able"),
            ("a*b", "so a\\*b", "a\\*b"),
            ("これは本当です", "これは**本当**です", "これは**本当**です"),
            ("snake_case", "snake_case", "snake_case"),
        ] {
            assert_eq!(found(query, text).as_deref(), Some(wanted), "{query}");
        }
        assert_eq!(found("bold words", "**bold** word"), None);
    }

    #[test]
    fn the_spelling_of_a_character_does_not_matter() {
        // The Kelvin sign is a small k in lower case.
        assert_eq!(found("k", "\u{212a}"), Some("\u{212a}".into()));
        assert_eq!(found("İ", "İ"), Some("İ".into()));
        assert_eq!(found("strasse", "Straße"), Some("Straße".into()));
        assert_eq!(found("σας", "ΣΑΣ"), Some("ΣΑΣ".into()));
        assert_eq!(found("café", "cafe\u{301}"), Some("cafe\u{301}".into()));
        assert_eq!(
            found("한글", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}").map(|it| it.len()),
            Some(18)
        );
        assert_eq!(found("豈", "\u{f900}"), Some("\u{f900}".into()));
    }

    proptest! {
        #[test]
        fn a_record_that_contains_the_query_is_never_ruled_out(
            before in "[a-c\"\\\\é名K ]{0,4}",
            query in "[a-cA-C\"/éÉ名K İß]{1,4}",
            after in ".{0,4}",
        ) {
            prop_assume!(!query.trim().is_empty());
            let mut raw = String::new();
            encode_string(&format!("{before}{}{after}", query.to_uppercase()), &mut raw);
            let query = Query::new(&query).unwrap();
            let text = decode_string(&raw);
            prop_assert!(query.find(&text).is_none() || query.may_occur_in_raw(raw.as_bytes()));
        }
    }
}
