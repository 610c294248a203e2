//! Compares a word with the source of Markdown, where marks and parts that are not shown may divide it.
//! Must not say no where the word is read, nor go back and forth over the marks of a long run.

use memchr::memchr3_iter;

/// More marks in a row than this are not looked through: what is behind them may be anything.
pub(super) const MAX_MARKS: usize = 16;

/// Whether a text may begin with a word, in either case of ASCII and with marks between its letters. All
/// punctuation of ASCII counts as marks: emphasis, code, formulas, brackets of links and escapes.
pub(super) fn begins_with<'a>(
    word: impl Iterator<Item = &'a u8>,
    mut text: impl Iterator<Item = &'a u8>,
) -> bool {
    for letter in word {
        let is_letter = |byte: &u8| byte.eq_ignore_ascii_case(letter);
        let mut near = text.by_ref().take(MAX_MARKS.saturating_add(1));
        match near.find(|byte| is_letter(byte) || !byte.is_ascii_punctuation()) {
            Some(byte) if is_letter(byte) => {}
            Some(_) => return false,
            None => return text.next().is_some(),
        }
    }
    true
}

/// What was seen of a word that something hidden divides: the address of a link, or a footnote, as in
/// `foo[^1]bar`. The two sides may be far from each other, so it goes on from piece to piece of a text.
#[derive(Debug, Clone, Copy, Default)]
pub struct SplitWord {
    /// The length of the shortest beginning that stands before something hidden.
    shortest_head: Option<usize>,
}

impl SplitWord {
    /// Whether the end of the word may stand behind something hidden in this piece, and its beginning
    /// before that.
    pub(super) fn ends_in(&mut self, word: &[u8], bytes: &[u8]) -> bool {
        memchr3_iter(b'[', b']', b')', bytes).any(|at| {
            let Some((before, [mark, after @ ..])) = bytes.split_at_checked(at) else {
                return false;
            };
            match (mark, after.first()) {
                (b']', Some(b'(')) | (b'[', Some(b'^')) => self.find_head(word, before),
                (b']', Some(b'[')) => {
                    let is_end = self.is_tail(word, after);
                    self.find_head(word, before);
                    return is_end;
                }
                (b'[', _) => {}
                _ => return self.is_tail(word, after),
            }
            false
        })
    }

    fn find_head(&mut self, word: &[u8], before: &[u8]) {
        let longest = self.shortest_head.unwrap_or(word.len());
        let is_head = |length: &usize| {
            let head = word.get(..*length).unwrap_or_default();
            begins_with(head.iter().rev(), before.iter().rev())
        };
        self.shortest_head = (1..longest).find(is_head).or(self.shortest_head);
    }

    fn is_tail(self, word: &[u8], after: &[u8]) -> bool {
        let Some(head) = self.shortest_head else { return false };
        let mut tails = (head..word.len()).filter_map(|from| word.get(from..));
        tails.any(|tail| begins_with(tail.iter(), after.iter()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_between_letters_are_passed_over_but_not_a_long_run_of_them() {
        let begins = |word: &str, text: &str| {
            begins_with(word.bytes().collect::<Vec<_>>().iter(), text.as_bytes().iter())
        };
        assert!(begins("abc", "a**B**`c`"));
        assert!(!begins("abc", "a b c"));
        assert!(!begins("abc", "a**"));
        for marks in [1_000, 1_000_000] {
            let text = format!("a{}", "_".repeat(marks));
            let mut read = 0;
            assert!(begins_with(b"abc".iter(), text.as_bytes().iter().inspect(|_| read += 1)));
            assert!(read <= MAX_MARKS + 3, "{read}");
        }
    }

    #[test]
    fn a_word_may_go_on_behind_what_is_hidden_in_the_same_piece_or_a_later_one() {
        let ends = |text: &str| SplitWord::default().ends_in(b"foobar", text.as_bytes());
        for text in [
            "[foo](u)bar",
            "foo[^1]bar",
            "[f**oo**][r]**bar**",
            "[f](u)[oob](v)[ar](w)",
            "foo[^1][bar](u)",
        ] {
            assert!(ends(text), "{text}");
        }
        for text in ["[foo](bar)", "[foo](u) bar", "bar](u)foo", "[oo](u)bar"] {
            assert!(!ends(text), "{text}");
        }
        let mut split = SplitWord::default();
        assert!(!split.ends_in(b"foobar", b"[foo](https://a"));
        assert!(split.ends_in(b"foobar", b".example)bar"));
    }
}
