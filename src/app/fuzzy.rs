//! Fuzzy matching of what is typed against names: which fit, how well, and at which characters.
//! May not know what the names stand for.

use nucleo_matcher::pattern::{AtomKind, CaseMatching, Normalization, Pattern};
use nucleo_matcher::{Config, Matcher, Utf32Str};

/// What was typed, ready to be compared with many names.
#[derive(Debug)]
pub struct FuzzyMatcher {
    pattern: Pattern,
    matcher: Matcher,
    buffer: Vec<char>,
}

impl FuzzyMatcher {
    /// A matcher for words typed; each has to fit, in any order, small letters fit capitals.
    #[must_use]
    pub fn new(typed: &str) -> Self {
        let pattern =
            Pattern::new(typed, CaseMatching::Smart, Normalization::Smart, AtomKind::Fuzzy);
        Self { pattern, matcher: Matcher::new(Config::DEFAULT), buffer: Vec::new() }
    }

    /// How well a name fits; `None` where it does not. Everything fits nothing typed.
    pub fn score(&mut self, name: &str) -> Option<u32> {
        let name = Utf32Str::new(name, &mut self.buffer);
        self.pattern.score(name, &mut self.matcher)
    }

    /// The graphemes of a name that were typed, in order; none where it does not fit.
    pub fn match_positions(&mut self, name: &str) -> Vec<usize> {
        let mut places = Vec::new();
        let name = Utf32Str::new(name, &mut self.buffer);
        if self.pattern.indices(name, &mut self.matcher, &mut places).is_none() {
            return Vec::new();
        }
        places.sort_unstable();
        places.dedup();
        places.into_iter().filter_map(|place| usize::try_from(place).ok()).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
    fn places_count_characters_people_see() {
        assert_eq!(FuzzyMatcher::new("京旅").match_positions("東京への旅"), [1, 4]);
        assert_eq!(FuzzyMatcher::new("b").match_positions("👩‍👩‍👧 a b"), [4]);
        assert_eq!(FuzzyMatcher::new("zz").match_positions("a"), [0; 0]);
    }
}
