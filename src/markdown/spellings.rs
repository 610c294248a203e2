//! Which characters and codes of a source may be read as another character. Must not leave one out: the
//! quick test of a search relies on it.

use std::sync::LazyLock;

use icu_normalizer::DecomposingNormalizerBorrowed;

/// Characters that fold to letters or punctuation of ASCII, with what they fold to, marks aside.
const TWINS: &[(char, &str)] = &[
    ('ſ', "s"),
    ('ß', "s"),
    ('ẞ', "s"),
    ('ﬅ', "st"),
    ('ﬆ', "st"),
    ('\u{212a}', "k"),
    ('ı', "i"),
    ('İ', "i"),
    // The dot above, with which an i is no other letter.
    ('\u{307}', "i"),
    ('ﬀ', "f"),
    ('ﬁ', "fi"),
    ('ﬂ', "fl"),
    ('ﬃ', "fi"),
    ('ﬄ', "fl"),
    ('ŉ', "n"),
    ('ẚ', "a"),
    ('\u{37e}', ";"),
    ('\u{1fef}', "`"),
];

/// The letters of `&fjlig;`, the only named entity that stands for letters of ASCII.
const LETTERS_OF_AN_ENTITY: [char; 2] = ['f', 'j'];

/// The compatibility ideographs, of which each decomposes to an ordinary one.
const COMPATIBILITY_IDEOGRAPHS: [std::ops::RangeInclusive<char>; 2] =
    ['\u{f900}'..='\u{faff}', '\u{2f800}'..='\u{2fa1f}'];

/// Letters of which others are composed, as in Bengali, Tamil and Tibetan.
const COMPOSING_LETTERS: [std::ops::RangeInclusive<char>; 20] = [
    '\u{9be}'..='\u{9d7}',
    '\u{b3e}'..='\u{b57}',
    '\u{b92}'..='\u{b92}',
    '\u{bbe}'..='\u{bd7}',
    '\u{cbf}'..='\u{cd6}',
    '\u{d3e}'..='\u{d57}',
    '\u{dcf}'..='\u{ddf}',
    '\u{f40}'..='\u{fb7}',
    '\u{1025}'..='\u{102e}',
    '\u{1b05}'..='\u{1b42}',
    '\u{11127}'..='\u{11132}',
    '\u{1133e}'..='\u{11357}',
    '\u{11380}'..='\u{113ff}',
    '\u{114b0}'..='\u{114bd}',
    '\u{115af}'..='\u{115b9}',
    '\u{11930}'..='\u{11935}',
    '\u{16100}'..='\u{1613f}',
    '\u{16d40}'..='\u{16d7f}',
    // Jamo, which make Hangul.
    '\u{1100}'..='\u{11ff}',
    '\u{a960}'..='\u{a97f}',
];

/// Ordinary ideographs with the compatibility ideographs that decompose to them, sorted.
static IDEOGRAPH_TWINS: LazyLock<Vec<(char, char)>> = LazyLock::new(|| {
    let normalizer = DecomposingNormalizerBorrowed::new_nfd();
    let twins = COMPATIBILITY_IDEOGRAPHS.into_iter().flatten();
    let ordinary = |twin: char| normalizer.normalize(twin.encode_utf8(&mut [0; 4])).chars().next();
    let mut pairs: Vec<_> = twins.filter_map(|twin| Some((ordinary(twin)?, twin))).collect();
    pairs.sort_unstable();
    pairs
});

/// The longest name of an entity has 31 letters.
pub(super) const MAX_ENTITY: usize = 31;

/// Returns whether other characters fold to this one.
pub(super) fn is_other_spelling(c: char) -> bool {
    is_compatibility_ideograph(c) || TWINS.iter().any(|(twin, _)| *twin == c)
}

fn is_compatibility_ideograph(c: char) -> bool {
    COMPATIBILITY_IDEOGRAPHS.iter().any(|range| range.contains(&c))
}

/// The other characters that fold to a character, and the entity that does.
pub(super) fn other_spellings(c: char) -> Vec<String> {
    if c.is_ascii() {
        let twins = TWINS.iter().filter(|(_, letters)| letters.contains(c));
        let entity = LETTERS_OF_AN_ENTITY.contains(&c).then(|| "fjlig".to_owned());
        return twins.map(|(twin, _)| twin.to_string()).chain(entity).collect();
    }
    let first = IDEOGRAPH_TWINS.partition_point(|(ordinary, _)| *ordinary < c);
    let twins = IDEOGRAPH_TWINS.iter().skip(first).take_while(|(ordinary, _)| *ordinary == c);
    twins.map(|(_, twin)| twin.to_string()).collect()
}

/// Returns whether a character always has the same bytes: it has no case, nothing else decomposes or folds
/// to it but compatibility ideographs, and the Markdown parser never inserts it.
pub(super) fn has_one_spelling(c: char) -> bool {
    let is_caseless = c.to_uppercase().eq([c]) && c.to_lowercase().eq([c]);
    let mut buffer = [0; 4];
    let text: &str = c.encode_utf8(&mut buffer);
    let is_decomposed = DecomposingNormalizerBorrowed::new_nfd().normalize(text) == text;
    let has_twin = matches!(
        c,
        '\u{b4}'
            | '\u{b7}'
            | '\u{2b9}'
            | '\u{2bc}'
            | '\u{2be}'
            | '\u{3008}'
            | '\u{3009}'
            | '\u{fffd}'
    );
    let has_twin = has_twin || COMPOSING_LETTERS.iter().any(|range| range.contains(&c));
    !c.is_ascii() && !c.is_whitespace() && is_caseless && is_decomposed && !has_twin
}

/// The number of a numeric escape of JSON that the bytes begin with, such as `\u0041`.
pub(super) fn json_escape(bytes: &[u8]) -> Option<u16> {
    let digits = bytes.strip_prefix(b"\\u")?.get(..4)?;
    u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
}

/// What stands between the `&` and the end of an entity, whose end JSON may have escaped. Where it may go on
/// behind another escape, the name ends with the backslash of that, so that it is no whole name.
pub(super) fn entity(bytes: &[u8]) -> Option<&[u8]> {
    let is_end = |byte: &u8| matches!(byte, b';' | b'\\');
    let near = bytes.get(..bytes.len().min(MAX_ENTITY.saturating_add(1)))?;
    let (name, rest) = bytes.split_at_checked(near.iter().position(is_end)?)?;
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'#';
    let is_whole = rest.starts_with(b";") || json_escape(rest) == Some(b';'.into());
    let length = if is_whole { name.len() } else { name.len().saturating_add(1) };
    name.iter().all(is_name).then(|| bytes.get(..length))?
}

/// The number of a numeric entity; `None` for another, and for one that JSON has escaped.
pub(super) fn entity_number(name: &[u8]) -> Option<u32> {
    let digits = std::str::from_utf8(name.strip_prefix(b"#")?).ok()?;
    match digits.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok(),
        None => digits.parse().ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::casefold::{casefold, continues_character};

    #[test]
    fn no_character_that_folds_to_another_is_left_out() {
        for c in ('\u{80}'..='\u{2ffff}').filter(|c| !continues_character(*c)) {
            let folded = casefold(&c.to_string());
            let mut chars = folded.chars().peekable();
            while let Some(to) = chars.next() {
                let is_marked = chars.peek().is_some_and(|next| continues_character(*next));
                if is_marked || continues_character(to) || to == c || to == ' ' {
                    continue;
                }
                let is_known = other_spellings(to).contains(&c.to_string());
                let relevant = to.is_ascii() || has_one_spelling(to);
                assert!(!relevant || is_known && is_other_spelling(c), "{c:?} folds to {to:?}");
            }
        }
    }

    #[test]
    fn codes_of_characters_are_read() {
        assert_eq!((json_escape(b"\\u00E9x"), json_escape(b"\\u00")), (Some(0xe9), None));
        assert_eq!(entity(b"amp; and"), Some(b"amp".as_slice()));
        assert_eq!((entity(b" b;"), entity(b"amp and")), (None, None));
        assert_eq!(entity(b"amp\\u003b"), Some(b"amp".as_slice()));
        assert_eq!(
            entity(b"#11\\u0033;").and_then(entity_number),
            None,
            "it goes on behind the escape"
        );
        assert_eq!((entity_number(b"#97"), entity_number(b"#x61")), (Some(97), Some(97)));
        assert_eq!((entity_number(b"#"), entity_number(b"amp")), (None, None));
    }
}
