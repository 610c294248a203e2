//! Case folding for searches: lower case, and any white space as one space.

use std::ops::Range;

/// A folded text that remembers where each byte came from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct CaseFoldedText {
    /// The folded text.
    pub(crate) text: String,
    /// For each byte of `text`, the position in the original of the character it came from.
    pub(crate) origins: Vec<usize>,
}

impl CaseFoldedText {
    #[must_use]
    pub(crate) fn new(text: &str) -> Self {
        Self::of(text, |_| true)
    }

    /// Folds a text without its marks of emphasis and code.
    #[must_use]
    pub(crate) fn without_marks(text: &str) -> Self {
        Self::of(text, |c| !matches!(c, '*' | '`'))
    }

    fn of(text: &str, counts: impl Fn(char) -> bool) -> Self {
        let mut folded = Self::default();
        for_each_folded(text, counts, |at, c| {
            folded.text.push(c);
            folded.origins.resize(folded.text.len(), at);
        });
        folded
    }

    /// Finds a folded needle; returns byte ranges of the original text `whole`.
    pub(crate) fn find_matches<'a>(
        &'a self,
        needle: &'a str,
        whole: &'a str,
    ) -> impl Iterator<Item = Range<usize>> + 'a {
        let found = memchr::memmem::find_iter(self.text.as_bytes(), needle.as_bytes());
        found.filter(|_| !needle.is_empty()).filter_map(move |at| {
            let last = at.saturating_add(needle.len()).saturating_sub(1);
            let start = *self.origins.get(at)?;
            let last = *self.origins.get(last)?;
            let length = whole.get(last..)?.chars().next().map_or(1, char::len_utf8);
            Some(start..last.saturating_add(length))
        })
    }
}

/// Folds a text.
#[must_use]
pub(crate) fn casefold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for_each_folded(text, |_| true, |_, c| folded.push(c));
    folded
}

/// Finds a folded needle in a text, also across marks of emphasis and code.
#[must_use]
pub(crate) fn find_matches(text: &str, needle: &str) -> Vec<Range<usize>> {
    if needle.is_empty() {
        return Vec::new();
    }
    let mut found: Vec<Range<usize>> =
        CaseFoldedText::new(text).find_matches(needle, text).collect();
    if memchr::memchr2(b'*', b'`', text.as_bytes()).is_some() {
        found.extend(CaseFoldedText::without_marks(text).find_matches(needle, text));
        found.sort_by_key(|place| (place.start, place.end));
        found.dedup_by(|next, before| next.start < before.end);
    }
    found
}

/// Passes each character of the folded text on with the position it came from.
fn for_each_folded(text: &str, counts: impl Fn(char) -> bool, mut take: impl FnMut(usize, char)) {
    let mut in_space = false;
    for (at, c) in text.char_indices().filter(|(_, c)| counts(*c)) {
        if c.is_whitespace() {
            if !in_space {
                take(at, ' ');
            }
            in_space = true;
            continue;
        }
        in_space = false;
        if c.is_ascii() {
            take(at, c.to_ascii_lowercase());
        } else {
            c.to_lowercase().for_each(|small| take(at, small));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(text: &str, needle: &str) -> Vec<String> {
        let needle = casefold(needle);
        CaseFoldedText::new(text)
            .find_matches(&needle, text)
            .map(|place| text[place].to_owned())
            .collect()
    }

    #[test]
    fn capitals_and_line_breaks_make_no_difference() {
        assert_eq!(found("Über den\n  Wolken", "ÜBER DEN WOLKEN"), ["Über den\n  Wolken"]);
        assert_eq!(found("aXa xA", "xa"), ["Xa", "xA"]);
        assert_eq!(found("İstanbul", "stan"), ["stan"]);
        assert!(found("abc", "").is_empty());
        assert_eq!(find_matches("one One ONE", "one").len(), 3);
        let text = "some **bold** words, `code` and 2 * 3";
        let found = |needle| -> Vec<&str> {
            find_matches(text, needle).into_iter().map(|place| &text[place]).collect()
        };
        assert_eq!(found("some bold words"), ["some **bold** words"]);
        assert_eq!((found("bold"), found("**bold**")), (vec!["bold"], vec!["**bold**"]));
        assert_eq!(found("2 * 3"), ["2 * 3"]);
    }

    proptest! {
        #[test]
        fn every_place_is_text_that_folds_to_what_was_looked_for(
            text in any::<String>(),
            from in 0_usize..20,
            length in 1_usize..6,
        ) {
            let needle: String = text.chars().skip(from).take(length).collect();
            let folded = CaseFoldedText::new(&text);
            prop_assert_eq!(folded.text.len(), folded.origins.len());
            let needle = casefold(&needle);
            for place in folded.find_matches(&needle, &text) {
                prop_assert!(casefold(&text[place]).contains(needle.trim_end()));
            }
        }
    }
}
