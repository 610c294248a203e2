//! Fuzzy matching of typed text against names.

use std::cmp::Reverse;

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// A pattern ready to be matched against many names.
#[derive(Debug)]
pub(crate) struct FuzzyMatcher {
    pattern: Pattern,
    matcher: Matcher,
    buffer: Vec<char>,
}

impl FuzzyMatcher {
    /// A matcher for typed words, which may match in any order; lower case matches upper case.
    #[must_use]
    pub(crate) fn new(typed: &str) -> Self {
        let pattern =
            Pattern::new(typed, CaseMatching::Smart, Normalization::Smart, AtomKind::Fuzzy);
        Self { pattern, matcher: Matcher::new(Config::DEFAULT), buffer: Vec::new() }
    }

    /// How well a name matches; `None` where it does not. An empty pattern matches everything.
    pub(crate) fn score(&mut self, name: &str) -> Option<u32> {
        let name = Utf32Str::new(name, &mut self.buffer);
        self.pattern.score(name, &mut self.matcher)
    }

    /// The grapheme positions of a name that match, in order; empty where it does not match.
    pub(crate) fn match_positions(&mut self, name: &str) -> Vec<usize> {
        let mut positions = Vec::new();
        let name = Utf32Str::new(name, &mut self.buffer);
        if self.pattern.indices(name, &mut self.matcher, &mut positions).is_none() {
            return Vec::new();
        }
        positions.sort_unstable();
        positions.dedup();
        positions.into_iter().filter_map(|position| usize::try_from(position).ok()).collect()
    }
}

/// The items whose names match typed words, the best match first. Equally good ones, and all where nothing
/// is typed, stay in their order.
pub(crate) fn best_first<'a, T>(
    typed: &str,
    named: impl IntoIterator<Item = (T, &'a str)>,
) -> Vec<T> {
    let mut fuzzy = FuzzyMatcher::new(typed);
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
            best_first(typed, names.iter().map(|name| (*name, *name)))
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
    fn positions_count_characters_people_see() {
        assert_eq!(FuzzyMatcher::new("京旅").match_positions("東京への旅"), [1, 4]);
        assert_eq!(FuzzyMatcher::new("b").match_positions("👩‍👩‍👧 a b"), [4]);
        assert_eq!(FuzzyMatcher::new("zz").match_positions("a"), [0; 0]);
    }
}
