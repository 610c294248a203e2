//! A quick test of raw bytes: may the JSON text they spell contain the query?
//! Must not say no where it does, because that loses a result; a wrong yes only costs time.

use icu_normalizer::DecomposingNormalizerBorrowed;
use memchr::{memchr_iter, memchr2_iter, memmem};

use crate::chat::casefold::continues_character;

/// Marks of Markdown that may stand inside a word, with the backslash of an escape. They are not read, so
/// they do not separate the letters of a query.
const MARKS: &[u8] = b"*`_~\\";

/// The letters by frequency in English text, the rarest first; other bytes count as rarer still.
const LETTERS_BY_RARITY: &[u8] = b"zqxjkvbpygfwmucldrhsnioate";

/// The part of a query that JSON text spells byte for byte.
#[derive(Debug, Clone)]
pub(super) enum Needle {
    /// ASCII in either case: the bytes in lower case, and the position of the rarest.
    Ascii(Vec<u8>, usize),
    /// Characters that have no case, as UTF-8.
    Exact(Vec<u8>),
    /// The query has no such part.
    None,
}

impl Needle {
    /// The longest part of a folded query that raw bytes can be searched for.
    pub(super) fn of(query: &str) -> Self {
        let query = without_marked_letters(query);
        // The semicolon and the grave accent each have a twin of another number.
        let ascii = longest_run(&query, |c| {
            c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '/' | ';' | '`')
        });
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

    /// How many bytes two pieces of a text have to overlap so that no match is missed between them, also
    /// one with a mark after each letter.
    pub(super) fn overlap(&self) -> usize {
        match self {
            Self::Ascii(bytes, _) | Self::Exact(bytes) => bytes.len().saturating_mul(3).max(4),
            Self::None => 0,
        }
    }

    /// Whether the text that the bytes spell in JSON may contain the query.
    pub(super) fn may_occur_in(&self, bytes: &[u8]) -> bool {
        let is_plain = match self {
            Self::Ascii(needle, rarest) => {
                contains_ignore_case(needle, *rarest, bytes) || has_other_spelling(needle, bytes)
            }
            Self::Exact(needle) => {
                contains_exactly(needle, bytes) || has_compatibility_ideograph(bytes)
            }
            Self::None => return true,
        };
        // A numeric escape can be any character.
        is_plain || memmem::find(bytes, b"\\u").is_some()
    }
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

/// Returns whether a character always has the same bytes: it has no case, and nothing
/// else decomposes to it but compatibility ideographs.
fn has_one_spelling(c: char) -> bool {
    let is_caseless = c.to_uppercase().eq([c]) && c.to_lowercase().eq([c]);
    let mut buffer = [0; 4];
    let text: &str = c.encode_utf8(&mut buffer);
    let is_decomposed = DecomposingNormalizerBorrowed::new_nfd().normalize(text) == text;
    let is_hangul = matches!(c, '\u{1100}'..='\u{11ff}' | '\u{a960}'..='\u{a97f}');
    let has_twin = matches!(c, '\u{3008}' | '\u{3009}');
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

/// The longest run of characters that belong to a kind.
fn longest_run(query: &[char], belongs: impl Fn(char) -> bool) -> String {
    let runs = query.split(|c| !belongs(*c));
    runs.max_by_key(|run| run.len()).unwrap_or_default().iter().collect()
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

/// Whether a text begins with a word, in either case of ASCII and with marks anywhere between its letters.
fn begins_with<'a>(
    mut word: impl Iterator<Item = &'a u8>,
    mut text: impl Iterator<Item = &'a u8>,
) -> bool {
    word.all(|letter| {
        let next = text.find(|byte| byte.eq_ignore_ascii_case(letter) || !MARKS.contains(*byte));
        next.is_some_and(|byte| byte.eq_ignore_ascii_case(letter))
    })
}

#[cfg(test)]
mod tests {
    use super::super::Query;
    use crate::store::json::encode_string;
    use proptest::prelude::*;

    fn may_be(query: &str, raw: &str) -> bool {
        Query::new(query).unwrap().needle().may_occur_in(raw.as_bytes())
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

    proptest! {
        #[test]
        fn a_text_that_contains_the_query_is_never_ruled_out(
            before in "[a-c\"\\\\é名K ]{0,4}",
            query in "[a-cA-C\"/éÉ名K İß]{1,4}",
            after in ".{0,4}",
        ) {
            prop_assume!(!query.trim().is_empty());
            let mut raw = String::new();
            encode_string(&format!("{before}{}{after}", query.to_uppercase()), &mut raw);
            let query = Query::new(&query).unwrap();
            let text = crate::store::json::decode_string(&raw);
            prop_assert!(query.find(&text).is_none() || query.needle().may_occur_in(raw.as_bytes()));
        }
    }
}
