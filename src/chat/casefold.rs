//! Text as searches compare it: without regard to case, to the kind of white space and to how characters
//! with marks are spelled. Must not know where the text is from.

use std::borrow::Cow;
use std::ops::Range;

use icu_normalizer::properties::CanonicalCombiningClassMapBorrowed;
use icu_normalizer::{ComposingNormalizerBorrowed, DecomposingNormalizerBorrowed};
use unicode_segmentation::{GraphemeCursor, UnicodeSegmentation};

/// The mark that a capital i has in Turkish, and a small one everywhere.
const DOT_ABOVE: char = '\u{307}';

/// A text to search in, folded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseFoldedText {
    text: String,
    /// For each byte of it, the characters of the text it came from: a letter with all its marks.
    origins: Vec<Range<usize>>,
}

impl CaseFoldedText {
    /// Folds a text and remembers where everything came from.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self::with_spelling(text, |piece| Cow::Borrowed(piece))
    }

    /// The same, where a letter with its marks is one character if Unicode has one for it: for comparing
    /// character by character.
    #[must_use]
    pub fn composed(text: &str) -> Self {
        let composed = ComposingNormalizerBorrowed::new_nfc();
        Self::with_spelling(text, |piece| composed.normalize(piece))
    }

    fn with_spelling(text: &str, spell: impl Fn(&str) -> Cow<'_, str>) -> Self {
        let mut folded = Self::default();
        for_each_segment(text, |range, piece| {
            folded.text.push_str(&spell(piece));
            folded.origins.resize(folded.text.len(), range);
        });
        folded
    }

    /// The folded text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Where the text came from that has a byte of the folded text.
    #[must_use]
    pub fn origin(&self, at: usize) -> Option<&Range<usize>> {
        self.origins.get(at)
    }

    /// Where a folded needle occurs, as byte ranges of the text this was made of, widened to whole
    /// graphemes: half of one cannot be highlighted.
    pub fn find_matches<'a>(
        &'a self,
        needle: &'a str,
        whole: &'a str,
    ) -> impl Iterator<Item = Range<usize>> + 'a {
        let finder = memchr::memmem::Finder::new(needle.as_bytes()).into_owned();
        let mut from = 0_usize;
        std::iter::from_fn(move || {
            while !needle.is_empty() {
                let at = finder.find(self.text.as_bytes().get(from..)?)?.saturating_add(from);
                let end = at.saturating_add(needle.len());
                if let Some(range) = self.whole_characters(at..end) {
                    from = end;
                    return Some(widen_to_graphemes(range, whole));
                }
                from = at.saturating_add(1);
            }
            None
        })
    }

    /// The range of the original text that a range of the folded one came from; `None` where it begins
    /// or ends in the middle of a character: a letter is not found in one with marks, nor the first s
    /// in a sharp s.
    fn whole_characters(&self, folded: Range<usize>) -> Option<Range<usize>> {
        let first = self.origins.get(folded.start)?;
        let last = self.origins.get(folded.end.checked_sub(1)?)?;
        let before = folded.start.checked_sub(1).and_then(|before| self.origins.get(before));
        let is_whole = before != Some(first) && self.origins.get(folded.end) != Some(last);
        is_whole.then_some(first.start..last.end)
    }
}

/// Folds a text, to be searched for in folded texts.
#[must_use]
pub fn casefold(text: &str) -> String {
    let mut folded = String::with_capacity(text.len());
    for_each_segment(text, |_, piece| folded.push_str(piece));
    folded
}

/// Whether a character belongs to the one before it: a mark, or the rest of a Hangul syllable.
#[must_use]
pub fn continues_character(c: char) -> bool {
    let is_jamo = matches!(c, '\u{1160}'..='\u{11ff}' | '\u{d7b0}'..='\u{d7fb}');
    !c.is_ascii() && (is_jamo || CanonicalCombiningClassMapBorrowed::new().get_u8(c) != 0)
}

/// Hands on the text in segments, folded: a character with its marks, or one space for any white space.
fn for_each_segment(text: &str, mut take: impl FnMut(Range<usize>, &str)) {
    let mut chars = text.char_indices().peekable();
    let mut buffer = String::new();
    while let Some((start, c)) = chars.next() {
        let mut end = start.saturating_add(c.len_utf8());
        if c.is_whitespace() {
            while let Some((at, space)) = chars.next_if(|(_, next)| next.is_whitespace()) {
                end = at.saturating_add(space.len_utf8());
            }
            take(start..end, " ");
            continue;
        }
        let is_alone = chars.peek().is_none_or(|(_, next)| next.is_ascii());
        if c.is_ascii() && is_alone {
            take(start..end, c.to_ascii_lowercase().encode_utf8(&mut [0; 4]));
            continue;
        }
        buffer.clear();
        fold_into(&mut buffer, c);
        while let Some((at, mark)) = chars.next_if(|(_, next)| continues_character(*next)) {
            end = at.saturating_add(mark.len_utf8());
            fold_into(&mut buffer, mark);
        }
        let folded = DecomposingNormalizerBorrowed::new_nfd().normalize(&buffer);
        take(start..end, &without_dot_above_i(&folded));
    }
}

/// Full case folding, as `ß` to `ss` and a final sigma to the ordinary one: what has the same capitals is
/// the same.
fn fold_into(folded: &mut String, c: char) {
    let upper = c.to_lowercase().flat_map(char::to_uppercase);
    folded.extend(upper.flat_map(char::to_lowercase));
}

/// The letter with its marks, but not the dot above an i: `İ` is a capital i with it.
fn without_dot_above_i(folded: &str) -> Cow<'_, str> {
    if folded.starts_with('i') && folded.contains(DOT_ABOVE) {
        Cow::Owned(folded.replace(DOT_ABOVE, ""))
    } else {
        Cow::Borrowed(folded)
    }
}

/// The smallest range of whole graphemes around a range.
fn widen_to_graphemes(range: Range<usize>, text: &str) -> Range<usize> {
    let is_boundary =
        |at: usize| GraphemeCursor::new(at, text.len(), true).is_boundary(text, 0).unwrap_or(true);
    let start = if is_boundary(range.start) {
        range.start
    } else {
        let before = text.get(..range.end).unwrap_or_default();
        let starts = before.grapheme_indices(true).map(|(at, _)| at);
        starts.take_while(|at| *at <= range.start).last().unwrap_or(range.start)
    };
    let end = if is_boundary(range.end) {
        range.end
    } else {
        let rest = text.get(start..).unwrap_or_default();
        let mut ends = rest.grapheme_indices(true).map(|(at, it)| start + at + it.len());
        ends.find(|end| *end >= range.end).unwrap_or(range.end)
    };
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn found(text: &str, needle: &str) -> Vec<String> {
        let needle = casefold(needle);
        CaseFoldedText::new(text)
            .find_matches(&needle, text)
            .map(|range| text[range].to_owned())
            .collect()
    }

    #[test]
    fn capitals_and_line_breaks_make_no_difference() {
        assert_eq!(found("Über den\n  Wolken", "ÜBER DEN WOLKEN"), ["Über den\n  Wolken"]);
        assert_eq!(found("aXa xA", "xa"), ["Xa", "xA"]);
        assert_eq!(found("İstanbul", "stan"), ["stan"]);
        assert!(found("abc", "").is_empty());
        assert_eq!(found("one One ONE", "one").len(), 3);
    }

    #[test]
    fn every_spelling_of_a_character_is_the_same() {
        for (one, other) in [
            ("café", "cafe\u{301}"),
            ("łąka", "ła\u{328}ka"),
            ("ΣΑΣ", "σας"),
            ("STRASSE", "straße"),
            ("Å", "\u{212b}"),
            ("한글", "\u{1112}\u{1161}\u{11ab}\u{1100}\u{1173}\u{11af}"),
            ("q\u{323}\u{307}", "q\u{307}\u{323}"),
            ("が", "か\u{3099}"),
            ("İstanbul", "istanbul"),
            ("I\u{307}STANBUL", "istanbul"),
            ("İstanbul", "i\u{307}stanbul"),
            ("İstanbul", "ıstanbul"),
            ("í", "i\u{307}\u{301}"),
        ] {
            for (text, needle) in [(one, other), (other, one)] {
                let around = format!("x {text} y");
                assert_eq!(found(&around, needle), [text], "{text} {needle}");
            }
        }
        assert!(found("cafe\u{301}", "cafe").is_empty());
        assert!(found("café", "cafe").is_empty());
        assert!(found("한", "하").is_empty());
        assert!(found("ß", "s").is_empty());
        assert_eq!(found("sß", "ss"), ["ß"]);
    }

    #[test]
    fn what_is_found_is_whole_graphemes() {
        assert_eq!(found("a 👩‍💻 b", "👩"), ["👩‍💻"]);
        assert_eq!(found("a 👩‍💻 b", "💻"), ["👩‍💻"]);
        assert_eq!(found("🇩🇪🇫🇷", "🇫🇷"), ["🇫🇷"]);
    }

    proptest! {
        #[test]
        fn every_match_is_text_that_folds_to_the_needle(
            text in any::<String>(),
            from in 0_usize..20,
            length in 1_usize..6,
        ) {
            let needle: String = text.chars().skip(from).take(length).collect();
            let folded = CaseFoldedText::new(&text);
            prop_assert_eq!(folded.text.len(), folded.origins.len());
            let needle = casefold(&needle);
            for range in folded.find_matches(&needle, &text) {
                prop_assert!(casefold(&text[range]).contains(needle.trim_end()));
            }
        }
    }
}
