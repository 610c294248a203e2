//! Text as finding compares it: capitals as small letters, white space of any kind as one space.
//! May not know where the text is from.

/// A text to search in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Folded {
    /// The text, folded.
    pub text: String,
    /// For each byte of it, the byte of the text it came from.
    pub origins: Vec<usize>,
}

impl Folded {
    /// Folds a text and remembers where everything came from.
    #[must_use]
    pub fn new(text: &str) -> Self {
        let mut folded = Self::default();
        each(text, |at, c| {
            folded.text.push(c);
            folded.origins.resize(folded.text.len(), at);
        });
        folded
    }

    /// Where a folded needle occurs, as byte ranges of the text this was made of.
    pub fn places<'a>(
        &'a self,
        needle: &'a str,
        whole: &'a str,
    ) -> impl Iterator<Item = std::ops::Range<usize>> + 'a {
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

/// A text, folded.
#[must_use]
pub fn fold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    each(text, |_, c| folded.push(c));
    folded
}

/// How often a folded needle occurs in a text.
#[must_use]
pub fn count(text: &str, needle: &str) -> usize {
    if needle.is_empty() {
        return 0;
    }
    memchr::memmem::find_iter(fold(text).as_bytes(), needle.as_bytes()).count()
}

/// Hands on each character of the folded text with the byte it came from.
fn each(text: &str, mut take: impl FnMut(usize, char)) {
    let mut in_space = false;
    for (at, c) in text.char_indices() {
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
        let needle = fold(needle);
        Folded::new(text).places(&needle, text).map(|place| text[place].to_owned()).collect()
    }

    #[test]
    fn capitals_and_line_breaks_make_no_difference() {
        assert_eq!(found("Über den\n  Wolken", "ÜBER DEN WOLKEN"), ["Über den\n  Wolken"]);
        assert_eq!(found("aXa xA", "xa"), ["Xa", "xA"]);
        assert_eq!(found("İstanbul", "stan"), ["stan"]);
        assert!(found("abc", "").is_empty());
        assert_eq!(count("one One ONE", "one"), 3);
    }

    proptest! {
        #[test]
        fn every_place_is_text_that_folds_to_what_was_looked_for(
            text in any::<String>(),
            from in 0_usize..20,
            length in 1_usize..6,
        ) {
            let needle: String = text.chars().skip(from).take(length).collect();
            let folded = Folded::new(&text);
            prop_assert_eq!(folded.text.len(), folded.origins.len());
            let needle = fold(&needle);
            for place in folded.places(&needle, &text) {
                prop_assert!(fold(&text[place]).contains(needle.trim_end()));
            }
        }
    }
}
