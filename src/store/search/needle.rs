//! A quick test of raw bytes: may the JSON text they spell contain the query?
//! Must not say no where it does, because that loses a result; a wrong yes only costs time.

use memchr::{memchr2_iter, memmem};

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
    pub(super) fn of(query: &[char]) -> Self {
        let ascii = longest_run(query, |c| c.is_ascii_graphic() && !matches!(c, '"' | '\\' | '/'));
        let exact = longest_run(query, |c| {
            let upper = c.to_uppercase().eq([c]);
            !c.is_ascii() && !c.is_whitespace() && upper && c.to_lowercase().eq([c])
        });
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

    /// How many bytes two pieces of a text have to overlap so that no match is missed between them.
    pub(super) fn overlap(&self) -> usize {
        match self {
            Self::Ascii(bytes, _) | Self::Exact(bytes) => bytes.len().max(2),
            Self::None => 0,
        }
    }

    /// Whether the text that the bytes spell in JSON may contain the query.
    pub(super) fn may_occur_in(&self, bytes: &[u8]) -> bool {
        let is_plain = match self {
            Self::Ascii(needle, rarest) => contains_ignore_case(needle, *rarest, bytes),
            Self::Exact(needle) => memmem::find(bytes, needle).is_some(),
            Self::None => return true,
        };
        // An escape by number can stand for any character.
        is_plain || memmem::find(bytes, b"\\u").is_some()
    }
}

/// The longest run of characters that belong to a kind.
fn longest_run(query: &[char], belongs: impl Fn(char) -> bool) -> String {
    let runs = query.split(|c| !belongs(*c));
    runs.max_by_key(|run| run.len()).unwrap_or_default().iter().collect()
}

/// Whether the bytes contain lower-case ASCII in either case.
fn contains_ignore_case(needle: &[u8], rarest: usize, bytes: &[u8]) -> bool {
    let Some(rare) = needle.get(rarest) else { return true };
    let (one, other) = (rare.to_ascii_lowercase(), rare.to_ascii_uppercase());
    memchr2_iter(one, other, bytes).any(|at| {
        let start = at.checked_sub(rarest);
        let end = start.and_then(|start| start.checked_add(needle.len()));
        let range = start.zip(end).and_then(|(start, end)| bytes.get(start..end));
        range.is_some_and(|bytes| bytes.eq_ignore_ascii_case(needle))
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
