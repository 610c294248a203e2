//! Fuzzy matching of typed text against names.

use std::cmp::Reverse;

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};
use unicode_segmentation::UnicodeSegmentation;

use crate::chat::casefold::CaseFoldedText;

/// A pattern ready to be matched against many names.
#[derive(Debug)]
pub(crate) struct FuzzyMatcher {
    pattern: Pattern,
    matcher: Matcher,
    buffer: Vec<char>,
}

impl FuzzyMatcher {
    /// A matcher for typed words, which may match in any order. Names are compared as texts are in a search:
    /// without regard to case.
    #[must_use]
    pub(crate) fn new(typed: &str) -> Self {
        Self::of_folded(CaseFoldedText::composed(typed.trim()).text())
    }

    /// The same for the beginning of a name, of which spaces are a part.
    #[must_use]
    pub(crate) fn of_name(typed: &str) -> Self {
        Self::of_folded(&CaseFoldedText::composed(typed).text().replace(' ', "\\ "))
    }

    fn of_folded(typed: &str) -> Self {
        let pattern =
            Pattern::new(typed, CaseMatching::Respect, Normalization::Smart, AtomKind::Fuzzy);
        Self { pattern, matcher: Matcher::new(Config::DEFAULT), buffer: Vec::new() }
    }

    /// How well a name matches; `None` where it does not. An empty pattern matches everything.
    pub(crate) fn score(&mut self, name: &str) -> Option<u32> {
        let name = CaseFoldedText::composed(name);
        let name = Utf32Str::new(name.text(), &mut self.buffer);
        self.pattern.score(name, &mut self.matcher)
    }

    /// The grapheme positions of a name that match, in order; empty where it does not match.
    pub(crate) fn match_positions(&mut self, name: &str) -> Vec<usize> {
        let folded = CaseFoldedText::composed(name);
        let compared = Utf32Str::new(folded.text(), &mut self.buffer);
        let mut positions = Vec::new();
        if self.pattern.indices(compared, &mut self.matcher, &mut positions).is_none() {
            return Vec::new();
        }
        let folded_starts: Vec<usize> = grapheme_starts(folded.text()).collect();
        let starts: Vec<usize> = grapheme_starts(name).collect();
        let position_in_name = |position: u32| {
            let at = folded_starts.get(usize::try_from(position).ok()?)?;
            let origin = folded.origin(*at)?.start;
            starts.partition_point(|start| *start <= origin).checked_sub(1)
        };
        let mut positions: Vec<usize> =
            positions.into_iter().filter_map(position_in_name).collect();
        positions.sort_unstable();
        positions.dedup();
        positions
    }
}

fn grapheme_starts(text: &str) -> impl Iterator<Item = usize> {
    text.grapheme_indices(true).map(|(at, _)| at)
}

/// The items whose names match, the best match first. Equally good ones, and all where nothing
/// is typed, stay in their order.
pub(crate) fn best_first<'a, T>(
    mut fuzzy: FuzzyMatcher,
    named: impl IntoIterator<Item = (T, &'a str)>,
) -> Vec<T> {
    let scored = named.into_iter().filter_map(|(item, name)| Some((fuzzy.score(name)?, item)));
    let mut scored: Vec<(u32, T)> = scored.collect();
    scored.sort_by_key(|(score, _)| Reverse(*score));
    scored.into_iter().map(|(_, item)| item).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_match_is_first_and_equal_ones_keep_their_order() {
        let best = |typed: &str, names: &[&'static str]| {
            best_first(FuzzyMatcher::new(typed), names.iter().map(|name| (*name, *name)))
        };
        assert_eq!(best("nord", &["no-red", "nord", "nord-2"]), ["nord", "nord-2", "no-red"]);
        assert_eq!(best("", &["b", "a"]), ["b", "a"]);
        assert_eq!(best("x", &["b", "a"]), [""; 0]);
    }

    #[test]
    fn letters_in_order_fit_and_closer_ones_fit_better() {
        let mut typed = FuzzyMatcher::new("srt");
        assert!(typed.score("Sorting in Rust").is_some());
        assert!(typed.score("Trips").is_none());
        let mut typed = FuzzyMatcher::new("rust");
        assert!(typed.score("Rust") > typed.score("Roman urns, a study"));
        assert!(FuzzyMatcher::new("").score("anything").is_some());
    }

    #[test]
    fn names_are_compared_as_a_search_compares_texts() {
        for (typed, name, matched) in [
            ("istanbul", "İstanbul", 0..8),
            ("İstanbul", "to I\u{307}STANBUL", 3..11),
            ("Rust", "in rust", 3..7),
            ("strasse", "Lange Straße", 6..12),
            ("ΣΑΣ", "σας", 0..3),
            ("café", "CAFE\u{301}", 0..4),
            ("cafe", "Café", 0..4),
            ("b", "a \n b", 4..5),
        ] {
            let positions = FuzzyMatcher::new(typed).match_positions(name);
            assert_eq!(positions, matched.collect::<Vec<usize>>(), "{typed}");
        }
        for (typed, name) in [("café", "cafe"), ("한", "하"), ("하", "한")] {
            assert_eq!(FuzzyMatcher::new(typed).score(name), None, "{typed}");
        }
    }

    #[test]
    fn positions_count_characters_people_see() {
        assert_eq!(FuzzyMatcher::new("京旅").match_positions("東京への旅"), [1, 4]);
        assert_eq!(FuzzyMatcher::new("b").match_positions("👩‍👩‍👧 a b"), [4]);
        assert_eq!(FuzzyMatcher::new("zz").match_positions("a"), [0; 0]);
    }
}
