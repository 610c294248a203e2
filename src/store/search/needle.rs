//! A quick look at raw bytes: can the text they spell hold what is looked for?
//! May not say no where the answer is yes; a wrong yes only costs time.

use memchr::{memchr2_iter, memmem};

/// How often letters come up in text, the rarest first; what is not here is rarer still.
const LETTERS_BY_RARITY: &[u8] = b"zqxjkvbpygfwmucldrhsnioate";

/// Part of a query that JSON text spells byte for byte.
#[derive(Debug, Clone)]
pub(super) enum Needle {
    /// ASCII in either case: the bytes in lower case, and the place of the rarest.
    Ascii(Vec<u8>, usize),
    /// Characters that have no case, as UTF-8.
    Exact(Vec<u8>),
    /// The query has no such part.
    None,
}

impl Needle {
    /// The longest part of a folded query that can be looked for in raw bytes.
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

    /// How far two pieces of a text have to overlap so that nothing is missed between them.
    pub(super) fn overlap(&self) -> usize {
        match self {
            Self::Ascii(bytes, _) | Self::Exact(bytes) => bytes.len().max(2),
            Self::None => 0,
        }
    }

    /// Whether the text that the bytes spell in JSON may hold the query.
    pub(super) fn may_occur_in(&self, bytes: &[u8]) -> bool {
        let plainly = match self {
            Self::Ascii(needle, rarest) => contains_ignore_case(needle, *rarest, bytes),
            Self::Exact(needle) => memmem::find(bytes, needle).is_some(),
            Self::None => return true,
        };
        // An escape by number can stand for any character.
        plainly || memmem::find(bytes, b"\\u").is_some()
    }
}

/// The longest run of characters of a kind.
fn longest_run(query: &[char], is_one: impl Fn(char) -> bool) -> String {
    let runs = query.split(|c| !is_one(*c));
    runs.max_by_key(|run| run.len()).unwrap_or_default().iter().collect()
}

/// Whether lower-case ASCII stands somewhere in either case.
fn contains_ignore_case(needle: &[u8], rarest: usize, bytes: &[u8]) -> bool {
    let Some(rare) = needle.get(rarest) else { return true };
    let (one, other) = (rare.to_ascii_lowercase(), rare.to_ascii_uppercase());
    memchr2_iter(one, other, bytes).any(|at| {
        let start = at.checked_sub(rarest);
        let end = start.and_then(|start| start.checked_add(needle.len()));
        let range = start.zip(end).and_then(|(start, end)| bytes.get(start..end));
        range.is_some_and(|here| here.eq_ignore_ascii_case(needle))
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
    fn what_is_spelled_otherwise_is_not_ruled_out() {
        assert!(may_be("say \"hi\"", r#"SAY \"HI\""#));
        assert!(may_be("a/b", r"A\/b"));
        assert!(may_be("é", r"\u00e9"));
        assert!(may_be("名前", "名前"));
        assert!(!may_be("名前", "名名"));
        assert!(!may_be("hello world", "hell word"));
    }

    proptest! {
        #[test]
        fn a_text_that_holds_the_query_is_never_ruled_out(
            before in "[a-c\"\\\\é名K ]{0,4}",
            query in "[a-cA-C\"/éÉ名K İß]{1,4}",
            after in ".{0,4}",
        ) {
            prop_assume!(!query.trim().is_empty());
            let mut raw = String::new();
            encode_string(&format!("{before}{}{after}", query.to_uppercase()), &mut raw);
            let looked_for = Query::new(&query).unwrap();
            let text = crate::store::json::decode_string(&raw);
            prop_assert!(looked_for.find(&text).is_none() || looked_for.needle().may_occur_in(raw.as_bytes()));
        }
    }
}
