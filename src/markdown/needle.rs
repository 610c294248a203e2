//! A quick test of raw bytes: may the Markdown they are, or the JSON text they spell, contain the query?
//! Must not say no where it does, because that loses a result; a wrong yes only costs time.

use icu_normalizer::DecomposingNormalizerBorrowed;
use memchr::{memchr_iter, memchr2_iter, memmem};

use crate::chat::casefold::continues_character;
use crate::markdown::split_words::{MAX_MARKS, SplitWord, begins_with};

/// The letters by frequency in English text, the rarest first; digits count as rarer still.
const LETTERS_BY_RARITY: &[u8] = b"zqxjkvbpygfwmucldrhsnioate";

/// More letters of a word, and more words of a query, are not compared here.
const MAX_LETTERS: usize = 32;
const MAX_WORDS: usize = 16;

/// Two pieces of a text have to overlap by as many bytes so that no word is missed between them: one of the
/// longest characters, with marks after each byte.
pub const PIECE_OVERLAP: usize = MAX_LETTERS * 4 * (MAX_MARKS + 1);

/// All words of a query.
#[derive(Debug, Clone)]
pub struct Words(Vec<Needle>);

impl Words {
    /// The words of a folded query. Punctuation divides it as spaces do, because a text may spell it in
    /// several ways or have more of it.
    #[must_use]
    pub fn of(query: &str) -> Self {
        let words = query.split(|c: char| c == ' ' || c.is_ascii_punctuation());
        let needles = words.map(Needle::of).filter(|needle| !matches!(needle, Needle::None));
        Self(needles.take(MAX_WORDS).collect())
    }

    /// Whether a text may contain all of them, as it is written or as it reads.
    #[must_use]
    pub fn may_occur_in(&self, text: &str) -> bool {
        self.0.iter().all(|word| word.may_occur_in(text.as_bytes()))
    }
}

/// The part of a query that a text spells byte for byte.
#[derive(Debug, Clone)]
pub enum Needle {
    /// Letters and digits of ASCII in either case: the bytes in lower case, and the position of the rarest.
    Ascii(Vec<u8>, usize),
    /// Characters that have no case, as UTF-8.
    Exact(Vec<u8>),
    /// The query has no such part.
    None,
}

impl Needle {
    /// The longest part of a folded query that raw bytes can be searched for.
    #[must_use]
    pub fn of(query: &str) -> Self {
        let query = without_marked_letters(query);
        let ascii = longest_run(&query, |c| c.is_ascii_alphanumeric());
        let exact = longest_run(&query, has_one_spelling);
        if exact.len() > ascii.len() {
            return Self::Exact(exact.into_bytes());
        }
        let rarity = |byte: u8| LETTERS_BY_RARITY.iter().position(|common| *common == byte);
        let rarest = ascii.bytes().enumerate().min_by_key(|(_, byte)| rarity(*byte));
        match rarest {
            Some((rarest, _)) => Self::Ascii(ascii.into_bytes(), rarest),
            None => Self::None,
        }
    }

    /// Whether the text that the bytes are, or spell in JSON, may contain the query.
    #[must_use]
    pub fn may_occur_in(&self, bytes: &[u8]) -> bool {
        self.may_occur_in_piece(bytes, &mut SplitWord::default())
    }

    /// The same for a text in pieces, of which each begins with the last [`PIECE_OVERLAP`] bytes of the
    /// one before.
    #[must_use]
    pub fn may_occur_in_piece(&self, bytes: &[u8], split: &mut SplitWord) -> bool {
        let (word, is_plain) = match self {
            Self::Ascii(word, rarest) => (
                word,
                contains_ignore_case(word, *rarest, bytes) || has_other_spelling(word, bytes),
            ),
            Self::Exact(word) => {
                (word, contains_exactly(word, bytes) || has_compatibility_ideograph(bytes))
            }
            Self::None => return true,
        };
        is_plain || split.ends_in(word, bytes) || may_hide_letters(bytes)
    }
}

/// Whether there is something that can stand for any character: a numeric escape of JSON, an entity, or a
/// citation mark (U+E200 to U+E206) with words inside of it.
fn may_hide_letters(bytes: &[u8]) -> bool {
    memmem::find(bytes, b"\\u").is_some()
        || memmem::find(bytes, b"\xee\x88").is_some()
        || memchr_iter(b'&', bytes)
            .any(|at| is_entity_of_letter(bytes.get(at..).unwrap_or_default()))
}

/// The longest name of an entity has 31 letters.
const MAX_ENTITY: usize = 31;

/// Whether an entity begins here, other than those for punctuation and spaces that are in every HTML.
fn is_entity_of_letter(bytes: &[u8]) -> bool {
    let Some((b'&', rest)) = bytes.split_first() else { return false };
    let length = rest.iter().take(MAX_ENTITY.saturating_add(1)).position(|byte| *byte == b';');
    let name = length.and_then(|length| rest.get(..length)).unwrap_or_default();
    let is_name = !name.is_empty() && name.iter().all(u8::is_ascii_alphanumeric);
    rest.starts_with(b"#")
        || is_name && !matches!(name, b"amp" | b"lt" | b"gt" | b"quot" | b"apos" | b"nbsp")
}

/// Characters that fold to these ASCII letters, in UTF-8.
const OTHER_SPELLINGS: &[(u8, &[&str])] = &[
    (b's', &["ſ", "ß", "ẞ", "ﬅ", "ﬆ"]),
    (b't', &["ﬅ", "ﬆ"]),
    (b'k', &["\u{212a}"]),
    (b'i', &["ı", "ﬁ", "ﬃ"]),
    (b'f', &["ﬀ", "ﬁ", "ﬂ", "ﬃ", "ﬄ"]),
    (b'l', &["ﬂ", "ﬄ"]),
    (b'n', &["ŉ"]),
    (b'a', &["ẚ"]),
];

/// Whether the bytes hold another spelling of a letter of lower-case ASCII.
fn has_other_spelling(needle: &[u8], bytes: &[u8]) -> bool {
    let spellings = OTHER_SPELLINGS.iter().filter(|(letter, _)| needle.contains(letter));
    let mut spellings = spellings.flat_map(|(_, spellings)| spellings.iter());
    !bytes.is_ascii() && spellings.any(|it| memmem::find(bytes, it.as_bytes()).is_some())
}

/// Returns whether the bytes have a compatibility ideograph (U+F900 to U+FAFF, U+2F800 to
/// U+2FA1F).
fn has_compatibility_ideograph(bytes: &[u8]) -> bool {
    let follow = |at: usize, count: usize| bytes.get(at..at.saturating_add(count));
    memchr_iter(0xef, bytes).any(|at| matches!(follow(at, 2), Some([_, 0xa4..=0xab])))
        || memchr_iter(0xf0, bytes).any(|at| matches!(follow(at, 3), Some([_, 0xaf, 0xa0..=0xa8])))
}

/// Returns whether a character always has the same bytes: it has no case, nothing else decomposes or folds
/// to it but compatibility ideographs, and the parser of Markdown puts it nowhere.
fn has_one_spelling(c: char) -> bool {
    let is_caseless = c.to_uppercase().eq([c]) && c.to_lowercase().eq([c]);
    let mut buffer = [0; 4];
    let text: &str = c.encode_utf8(&mut buffer);
    let is_decomposed = DecomposingNormalizerBorrowed::new_nfd().normalize(text) == text;
    let is_hangul = matches!(c, '\u{1100}'..='\u{11ff}' | '\u{a960}'..='\u{a97f}');
    let has_twin = matches!(c, '\u{3008}' | '\u{3009}' | '\u{2bc}' | '\u{2be}' | '\u{fffd}');
    !c.is_ascii() && !c.is_whitespace() && is_caseless && is_decomposed && !is_hangul && !has_twin
}

/// The characters of a folded query, NUL in the place of each with marks and of the marks: text may
/// hold the composed form.
fn without_marked_letters(query: &str) -> Vec<char> {
    let mut chars = query.chars().peekable();
    let mut plain = Vec::new();
    while let Some(c) = chars.next() {
        let is_marked = chars.peek().is_some_and(|next| continues_character(*next));
        plain.push(if is_marked || continues_character(c) { '\0' } else { c });
    }
    plain
}

/// The beginning of the longest run of characters that belong to a kind.
fn longest_run(query: &[char], belongs: impl Fn(char) -> bool) -> String {
    let runs = query.split(|c| !belongs(*c));
    let longest = runs.max_by_key(|run| run.len()).unwrap_or_default();
    longest.iter().take(MAX_LETTERS).collect()
}

/// Whether the bytes contain lower-case ASCII in either case, marks aside.
fn contains_ignore_case(needle: &[u8], rarest: usize, bytes: &[u8]) -> bool {
    let Some((head, [rare, tail @ ..])) = needle.split_at_checked(rarest) else { return true };
    let (one, other) = (rare.to_ascii_lowercase(), rare.to_ascii_uppercase());
    memchr2_iter(one, other, bytes).any(|at| {
        let Some((before, [_, after @ ..])) = bytes.split_at_checked(at) else { return false };
        begins_with(head.iter().rev(), before.iter().rev())
            && begins_with(tail.iter(), after.iter())
    })
}

/// Whether the bytes contain characters without case, marks aside.
fn contains_exactly(needle: &[u8], bytes: &[u8]) -> bool {
    let first = needle.iter().skip(1).take_while(|byte| **byte & 0xc0 == 0x80).count();
    let Some((first, rest)) = needle.split_at_checked(first.saturating_add(1)) else { return true };
    let ends = memmem::find_iter(bytes, first).map(|at| at.saturating_add(first.len()));
    ends.filter_map(|end| bytes.get(end..)).any(|after| begins_with(rest.iter(), after.iter()))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::chat::casefold::casefold;

    fn may_be(query: &str, raw: &str) -> bool {
        Needle::of(&casefold(query)).may_occur_in(raw.as_bytes())
    }

    #[test]
    fn other_spellings_are_not_ruled_out() {
        assert!(may_be("say \"hi\"", r#"SAY \"HI\""#));
        assert!(may_be("a/b", r"A\/b"));
        assert!(may_be("é", r"\u00e9"));
        assert!(may_be("名前", "名前"));
        assert!(!may_be("名前", "名名"));
        assert!(!may_be("hello world", "hell word"));
    }

    #[test]
    fn what_is_written_between_the_letters_does_not_hide_them() {
        for (query, text) in [
            ("x&y", "x&amp;y"),
            ("foobar", "foo[bar](u)"),
            ("foobar", "[foo](https://a.example)bar"),
            ("foobar", "foo[^1]bar"),
            ("x=1,", "let $x=1$, then"),
            ("abc", "&#97;bc"),
            ("naïve words", "na&iuml;ve words"),
            ("https://a.example.", "<https://a.example>."),
            ("これは本当です", "これは**本当**です"),
        ] {
            assert!(Words::of(&casefold(query)).may_occur_in(text), "{query} in {text}");
        }
        for (query, text) in [
            ("foobar", "[foo](u) bar, foo bar"),
            ("foobar", "f&amp;oobar"),
            ("snake_case", "snake_cake"),
        ] {
            assert!(!Words::of(&casefold(query)).may_occur_in(text), "{query} in {text}");
        }
    }

    /// The shortest of several times that a test of a text with a part this often took.
    fn time_of(query: &str, part: &str, times: usize) -> Duration {
        let (words, text) = (Words::of(query), part.repeat(times));
        let measure = |_| {
            let start = Instant::now();
            assert!(!words.may_occur_in(&text), "{query} in many {part:?}");
            start.elapsed()
        };
        (0..5).map(measure).min().unwrap()
    }

    #[test]
    fn runs_of_marks_take_time_in_proportion_to_their_length() {
        for query in ["snake_case", "a*b~x", "__init__", "名_前"] {
            for part in ["_", "*", "~", "`", "\\", "[", "](", ")", "k_", "sna_k_x", "[s](s)", "名*"]
            {
                // A time in proportion to the square would be 256 times as long.
                let (short, long) = (time_of(query, part, 2_000), time_of(query, part, 32_000));
                let limit = short.max(Duration::from_micros(20)).saturating_mul(96);
                assert!(long < limit, "{query} in {part:?}: {short:?}, {long:?}");
            }
        }
    }
}
