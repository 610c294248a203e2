//! Compares a word with what stands around one of its letters in the source of Markdown, or in the JSON text
//! of that, where marks and parts that are not shown may divide it. Must not return false where the word is read,
//! and must read the marks of a long run only once.

use crate::markdown::spellings::{MAX_ENTITY, entity, is_other_spelling, json_escape};

/// More marks in a row than this are not looked through: what is behind them may be anything.
pub(super) const MAX_MARKS: usize = 16;

/// How far from a letter the signs of something hidden are looked for.
pub(super) const MAX_HIDING: usize = 64;

/// Whether a text may begin with the rest of a word, in either case of ASCII and with marks between its
/// letters. All punctuation of ASCII counts as marks: emphasis, code, formulas and escapes.
pub(super) fn may_begin_with(word: &[u8], text: &[u8]) -> bool {
    may_agree(word.iter(), |read| {
        let rest = text.get(read..)?;
        Some((*rest.first()?, hides_next(rest)))
    })
}

/// The same for the end of a text and the beginning of a word.
pub(super) fn may_end_with(word: &[u8], text: &[u8]) -> bool {
    may_agree(word.iter().rev(), |read| {
        let rest = text.get(..text.len().checked_sub(read)?)?;
        Some((*rest.last()?, hides_previous(rest)))
    })
}

/// Compares letters with the bytes of a text, of which each comes with whether something there may be read
/// as any letter.
fn may_agree<'a>(
    word: impl Iterator<Item = &'a u8>,
    byte_at: impl Fn(usize) -> Option<(u8, bool)>,
) -> bool {
    let mut read = 0_usize;
    for letter in word {
        let mut marks = 0_usize;
        loop {
            let Some((byte, hides)) = byte_at(read) else { return false };
            read = read.saturating_add(1);
            if hides || marks > MAX_MARKS {
                return true;
            }
            if byte.eq_ignore_ascii_case(letter) {
                break;
            }
            if !byte.is_ascii_punctuation() {
                return false;
            }
            marks = marks.saturating_add(1);
        }
    }
    true
}

/// Whether a text begins with something that is not shown, or that is read as another character: the
/// brackets of a link or a footnote, an entity, an escape of JSON, a citation mark.
fn hides_next(text: &[u8]) -> bool {
    match text {
        [b'[' | b']', ..] => true,
        [b'&', name @ ..] => entity(name).is_some() || json_escape(name).is_some(),
        // The space before a citation mark goes with it.
        [b' ', ..] => begins_citation(text.trim_ascii_start()),
        [b'\\' | b'c' | b'f' | 0x80..=0xff, ..] => {
            begins_citation(text) || first_character(text).is_some_and(is_other_spelling)
        }
        _ => false,
    }
}

fn begins_citation(text: &[u8]) -> bool {
    text.starts_with(b"citeturn")
        || text.starts_with(b"fileciteturn")
        || json_escape(text).is_some()
        || first_character(text).is_some_and(is_citation_control)
}

/// The same for the end of a text.
fn hides_previous(text: &[u8]) -> bool {
    let near = text.get(text.len().saturating_sub(MAX_HIDING)..).unwrap_or_default();
    let is_escape = near.len().checked_sub(6).and_then(|at| near.get(at..)).and_then(json_escape);
    match near {
        _ if is_escape.is_some() => true,
        [.., b')' | b']'] => true,
        [name @ .., b';'] => {
            let name = name.get(name.len().saturating_sub(MAX_ENTITY.saturating_add(6))..);
            name.is_some_and(|name| name.contains(&b'&') || name.contains(&b'\\'))
        }
        [.., b'0'..=b'9'] => ends_with_source_name(near),
        [.., 0x80..=0xff] => last_character(near)
            .is_some_and(|last| is_citation_control(last) || is_other_spelling(last)),
        _ => false,
    }
}

/// Whether what follows a separator of a citation mark may be shown: the name of an entity, the words of a
/// link. What stands around such a name is not looked at; after `cite` and the names of sources nothing is.
pub(super) fn may_be_shown_after(before: &[u8]) -> bool {
    let near = before.get(before.len().saturating_sub(MAX_HIDING)..).unwrap_or_default();
    !near.ends_with(b"cite") && !ends_with_source_name(near)
}

/// Whether a text ends with the name of a source, as in `turn0search0`: a citation that lost its controls.
fn ends_with_source_name(text: &[u8]) -> bool {
    let without = |text: &[u8], belongs: fn(&u8) -> bool| {
        let end = text.iter().rposition(|byte| !belongs(byte)).map_or(0, |at| at.saturating_add(1));
        text.get(..end).unwrap_or_default().to_vec()
    };
    let kind = without(text, u8::is_ascii_digit);
    let number = without(&kind, u8::is_ascii_lowercase);
    without(&number, u8::is_ascii_digit).ends_with(b"turn")
}

const fn is_citation_control(c: char) -> bool {
    matches!(c, '\u{e200}'..='\u{e206}')
}

fn first_character(text: &[u8]) -> Option<char> {
    let near = text.get(..text.len().min(4))?;
    near.utf8_chunks().next()?.valid().chars().next()
}

fn last_character(text: &[u8]) -> Option<char> {
    let mut starts = (1..=4).filter_map(|length| text.len().checked_sub(length));
    starts.find_map(|start| std::str::from_utf8(text.get(start..)?).ok()?.chars().next())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_between_letters_are_passed_over_but_not_a_long_run_of_them() {
        let begins = |word: &str, text: &str| may_begin_with(word.as_bytes(), text.as_bytes());
        assert!(begins("abc", "a**B**`c`"));
        assert!(!begins("abc", "a b c"));
        assert!(!begins("abc", "a**"));
        for marks in [1_000, 1_000_000] {
            let text = format!("a{}", "_".repeat(marks));
            let read = std::cell::Cell::new(0);
            assert!(may_agree(b"abc".iter(), |at| {
                read.set(read.get() + 1);
                Some((text.as_bytes()[at], false))
            }));
            assert!(read.get() <= MAX_MARKS + 3, "{}", read.get());
        }
    }

    #[test]
    fn what_is_hidden_beside_a_letter_may_divide_the_word() {
        let begins = |text: &str| may_begin_with(b"foobar", text.as_bytes());
        for text in [
            "foo](u)bar",
            "foo[^1]bar",
            "foo[\\^1]bar",
            "f\\u006fobar",
            "fo&#111;bar",
            "fo&oacute\\u003b",
            "foo\u{e200}cite\u{e201}bar",
            "foo citeturn0search0",
            "foſx",
        ] {
            assert!(begins(text), "{text}");
        }
        for text in ["foo bar", "foox", "fo\\nobar", "foo (citet", "foö", "foo & bar"] {
            assert!(!begins(text), "{text}");
        }
        let ends = |text: &str| may_end_with(b"foobar", text.as_bytes());
        for text in [
            "foo](u)bar",
            "foo[^1]bar",
            "x\\u006fbar",
            "fo&#111;bar",
            "foo\u{e201}bar",
            "fooﬀbar",
            "citeturn0search12bar",
            "f*o*OB_a_R",
        ] {
            assert!(ends(text), "{text}");
        }
        for text in ["foo bar", "xoobar", "oobar", "1bar", "fo;bar", "foébar", "foo=1bar"] {
            assert!(!ends(text), "{text}");
        }
    }
}
