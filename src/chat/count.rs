//! Numbers of things in words: the one place that decides between "1 message" and "2 messages".

use std::fmt::Display;

/// A number and what it counts: `1 web search`, `2 web searches`.
#[must_use]
pub fn phrase<N: Copy + Display + PartialEq + From<u8>>(number: N, noun: &str) -> String {
    let noun = self::noun(&number, noun);
    format!("{number} {noun}")
}

/// The same, `None` for zero.
#[must_use]
pub fn some<N: Copy + Display + PartialEq + From<u8>>(number: N, noun: &str) -> Option<String> {
    (number != N::from(0)).then(|| phrase(number, noun))
}

/// A noun in the singular or the plural, for a number that is written in another way.
#[must_use]
pub fn noun<N: PartialEq + From<u8>>(number: &N, noun: &str) -> String {
    let ending = if noun.ends_with("ch") { "es" } else { "s" };
    format!("{noun}{}", form(number, "", ending))
}

/// Chooses between two words by number, as "was" and "were".
#[must_use]
pub fn form<'a, N: PartialEq + From<u8>>(number: &N, one: &'a str, several: &'a str) -> &'a str {
    if *number == N::from(1) { one } else { several }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_one_thing_is_in_the_singular() {
        assert_eq!(phrase(1_usize, "web search"), "1 web search");
        assert_eq!(phrase(2_u64, "web search"), "2 web searches");
        assert_eq!(phrase(0_usize, "message"), "0 messages");
        assert_eq!(
            (some(0_usize, "title"), some(1_usize, "title")),
            (None, Some("1 title".into()))
        );
        assert_eq!(form(&3_usize, "was", "were"), "were");
    }
}
