//! A match in its context, cut at words.

use std::ops::Range;

use crate::chat::single_spaces::with_single_spaces;
use crate::markdown::plain_text::PlainText;

/// How many characters are shown around a match.
const CONTEXT_BEFORE: usize = 40;
const CONTEXT_AFTER: usize = 120;
/// The longest part of a word, in bytes, that is left out where the context would begin or end in it.
const MAX_LEFT_OUT: usize = 24;

/// A match and the text around it, each on one line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// The text before the match, with "…" where it is cut.
    pub before: String,
    /// The text that matches.
    pub matched: String,
    /// The text after the match, with "…" where it is cut.
    pub after: String,
}

impl Excerpt {
    /// Cuts the context of a match out of a text.
    #[must_use]
    pub fn of(text: &str, range: Range<usize>) -> Self {
        let part = |range: Range<usize>| text.get(range).unwrap_or_default();
        let (head, tail) = (part(0..range.start), part(range.end..text.len()));
        let from =
            head.char_indices().rev().nth(CONTEXT_BEFORE.saturating_sub(1)).map_or(0, |(at, _)| at);
        let to = tail.char_indices().nth(CONTEXT_AFTER).map_or(tail.len(), |(at, _)| at);
        let (from, to) = (start_of_word(head, from), end_of_word(tail, to));
        let mut before = with_single_spaces(head.get(from..).unwrap_or_default());
        if from > 0 {
            before.insert(0, '…');
        }
        let mut after = with_single_spaces(tail.get(..to).unwrap_or_default());
        if to < tail.len() {
            after.push('…');
        }
        Self { before, matched: with_single_spaces(part(range)), after }
    }

    /// The same of Markdown, without its marks. A match in what is not shown, such as the address of a
    /// link, is shown as it is written.
    #[must_use]
    pub fn of_markdown(source: &str, range: Range<usize>) -> Self {
        let plain = PlainText::of(source);
        match plain.shown_range(&range) {
            Some(shown) => Self::of(plain.text().trim_end(), shown),
            None => Self::of(source, range),
        }
    }
}

/// Where the first whole word after a place begins; the place itself where no other word begins after it.
fn start_of_word(text: &str, from: usize) -> usize {
    let (before, after) = text.split_at_checked(from).unwrap_or((text, ""));
    if before.is_empty() || before.ends_with(char::is_whitespace) {
        return from;
    }
    let space = after.find(char::is_whitespace).filter(|space| *space <= MAX_LEFT_OUT);
    let word = space.and_then(|space| {
        let rest = after.get(space..)?;
        Some(space.saturating_add(rest.find(|c: char| !c.is_whitespace())?))
    });
    word.map_or(from, |word| from.saturating_add(word))
}

/// Where the last whole word before a place ends; the place itself where no word ends before it.
fn end_of_word(text: &str, to: usize) -> usize {
    let (before, after) = text.split_at_checked(to).unwrap_or((text, ""));
    if after.is_empty() || after.starts_with(char::is_whitespace) {
        return to;
    }
    let space = before.rfind(char::is_whitespace);
    space.filter(|space| to.saturating_sub(*space) <= MAX_LEFT_OUT).unwrap_or(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The parts of an excerpt around a match, which stands between `‹` and `›`.
    fn parts(text: &str) -> (String, String, String) {
        let (before, rest) = text.split_once('‹').unwrap();
        let (matched, after) = rest.split_once('›').unwrap();
        let source = [before, matched, after].concat();
        let range = before.len()..before.len() + matched.len();
        let Excerpt { before, matched, after } = Excerpt::of_markdown(&source, range);
        (before, matched, after)
    }

    fn texts(before: &str, matched: &str, after: &str) -> (String, String, String) {
        (before.to_owned(), matched.to_owned(), after.to_owned())
    }

    #[test]
    fn an_excerpt_begins_and_ends_at_words() {
        let text = format!("{}throw it away {}", "somebody who ".repeat(9), "and more ".repeat(30));
        let at = text.find("throw").unwrap();
        let cut = Excerpt::of(&text, at..at + 5);
        assert!(cut.before.starts_with("…who somebody") || cut.before.starts_with("…somebody"));
        assert!(cut.after.ends_with("and…") || cut.after.ends_with("more…"), "{}", cut.after);
    }

    #[test]
    fn an_excerpt_is_short_and_has_the_match_in_it() {
        let text = format!("{} line\n\n  Match é {}", "a".repeat(200), "b".repeat(300));
        let at = text.find("Match").unwrap();
        let cut = Excerpt::of(&text, at..at + "Match é".len());
        assert_eq!(cut.matched, "Match é");
        assert!(cut.before.starts_with("…a") && cut.before.ends_with("a line "));
        assert!(cut.before.chars().count() <= CONTEXT_BEFORE + 1);
        assert!(cut.after.starts_with(" b") && cut.after.ends_with("b…"));
    }

    #[test]
    fn an_excerpt_has_the_text_and_none_of_the_marks() {
        let text =
            "## Chapter 1\n\n‹The› river\ndoes **not** hurry, see [the book](https://a.example/b).";
        let shown = texts("Chapter 1 ", "The", " river does not hurry, see the book.");
        assert_eq!(parts(text), shown);
        let shown = texts("a code and link to ", "the", " book");
        assert_eq!(parts("~~a~~ `code` and [link to ‹the› book](https://x.y)"), shown);
        assert_eq!(parts("- one\n- two ‹three›\n- four"), texts("one two ", "three", " four"));
        assert_eq!(parts("| a | b |\n|---|---|\n| c ‹d› | e |"), texts("a b c ", "d", " e"));
        assert_eq!(parts("2 * 3 = ‹6›, snake_case_name").2, ", snake_case_name");
    }

    #[test]
    fn no_half_of_a_mark_is_left_where_the_excerpt_is_cut() {
        let filler = "word ".repeat(40);
        for marked in [
            "`some code words in a line of text`",
            "**bold words in a line here**",
            "[a link text](https://example.org/some/long/path?with=query)",
            "~~gone words in here~~",
            "![alt text](https://example.org/pic/some/long/path.png)",
        ] {
            for pad in 0..60 {
                let pad = &filler[..pad];
                let text = format!("start {marked} {pad}‹needle› {pad}x {marked} end");
                let (before, _, after) = parts(&text);
                let both = before + &after;
                assert!(!both.contains(['`', '*', '~', '[', ']', '(', '!']), "{text}: {both}");
                assert!(!both.contains("example.org"), "{text}: {both}");
            }
        }
    }

    #[test]
    fn a_match_may_reach_over_marks_or_stand_in_what_is_not_shown() {
        assert_eq!(parts("it is **ve‹ry** im›portant"), texts("it is ve", "ry im", "portant"));
        assert_eq!(parts("use `fo‹o(›)` here"), texts("use fo", "o(", ") here"));
        assert_eq!(parts("[text](https://‹fruit›.example) here").1, "fruit");
        assert_eq!(parts("‹x›"), texts("", "x", ""));
        assert_eq!(parts("a &amp; ‹b› \n c"), texts("a & ", "b", " c"));
    }
}
