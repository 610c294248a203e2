//! Makes hostile text harmless: what could act on a terminal becomes a visible stand-in.
//! May not change what is stored; only what is shown is cleaned.

use std::borrow::Cow;

use unicode_properties::{GeneralCategory, UnicodeGeneralCategory};

/// Marks that may sit on one character; more only pile up over other lines.
const MOST_MARKS: usize = 4;

/// Columns between tab stops are not known here; a tab is this many spaces.
const TAB: &str = "    ";

/// Text for one line: line breaks become visible as well.
#[must_use]
pub fn line(text: &str) -> Cow<'_, str> {
    if is_harmless(text, Breaks::Shown) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(rewrite(text, Breaks::Shown))
}

/// Text of several lines: line breaks stay.
#[must_use]
pub fn text(text: &str) -> Cow<'_, str> {
    if is_harmless(text, Breaks::Kept) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(rewrite(text, Breaks::Kept))
}

/// What becomes of line breaks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Breaks {
    Kept,
    Shown,
}

/// Most text is harmless, and then nothing is copied.
fn is_harmless(text: &str, breaks: Breaks) -> bool {
    let printable =
        |byte: u8| (0x20..0x7f).contains(&byte) || (byte == b'\n' && breaks == Breaks::Kept);
    if text.bytes().all(printable) {
        return true;
    }
    let mut marks = 0_usize;
    text.chars().all(|c| {
        marks = if is_mark(c) { marks.saturating_add(1) } else { 0 };
        marks <= MOST_MARKS && stand_in(c, breaks) == StandIn::Itself
    })
}

/// What is shown for a character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum StandIn {
    Itself,
    Character(char),
    Spaces,
    Nothing,
}

fn stand_in(c: char, breaks: Breaks) -> StandIn {
    match c {
        '\n' if breaks == Breaks::Kept => StandIn::Itself,
        '\t' => StandIn::Spaces,
        // The control pictures: one visible sign for each control character below U+0020.
        '\0'..='\x1f' => {
            StandIn::Character(char::from_u32(0x2400 + u32::from(c)).unwrap_or('\u{fffd}'))
        }
        '\x7f' => StandIn::Character('\u{2421}'),
        // C1 controls, and characters that turn the direction of text around.
        '\u{80}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            StandIn::Character('\u{fffd}')
        }
        // Other breaks of lines and paragraphs.
        '\u{2028}' | '\u{2029}' => StandIn::Character('\u{2424}'),
        // Invisible: nothing to see and nothing to do, but good for hiding things. The joiners that
        // emoji and some scripts are built with stay.
        '\u{ad}'
        | '\u{61c}'
        | '\u{115f}'
        | '\u{1160}'
        | '\u{17b4}'
        | '\u{17b5}'
        | '\u{180b}'..='\u{180f}'
        | '\u{200b}'
        | '\u{200e}'
        | '\u{200f}'
        | '\u{2060}'..='\u{2065}'
        | '\u{206a}'..='\u{206f}'
        | '\u{3164}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff0}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}' => StandIn::Nothing,
        _ => StandIn::Itself,
    }
}

fn rewrite(text: &str, breaks: Breaks) -> String {
    let mut out = String::with_capacity(text.len());
    let mut marks = 0_usize;
    let mut characters = text.chars().peekable();
    while let Some(c) = characters.next() {
        // A carriage return before a line feed is half of a line break.
        if c == '\r' && characters.peek() == Some(&'\n') && breaks == Breaks::Kept {
            continue;
        }
        if is_mark(c) {
            marks = marks.saturating_add(1);
            if marks > MOST_MARKS {
                continue;
            }
        } else {
            marks = 0;
        }
        match stand_in(c, breaks) {
            StandIn::Itself => out.push(c),
            StandIn::Character(shown) => out.push(shown),
            StandIn::Spaces => out.push_str(TAB),
            StandIn::Nothing => {}
        }
    }
    out
}

fn is_mark(c: char) -> bool {
    // Below the first combining mark nothing needs a look at the table.
    c >= '\u{300}'
        && !matches!(c, '\u{fe00}'..='\u{fe0f}')
        && matches!(
            c.general_category(),
            GeneralCategory::NonspacingMark | GeneralCategory::EnclosingMark
        )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn escape_sequences_become_visible_and_lose_their_power() {
        assert_eq!(line("a\x1b[2Jb"), "a␛[2Jb");
        assert_eq!(line("\u{9b}31m"), "\u{fffd}31m");
        assert_eq!(line("x\x07\x7f\0"), "x␇␡␀");
        assert_eq!(line("a\nb\r"), "a␊b␍");
        assert_eq!(text("a\r\nb\n"), "a\nb\n");
        assert_eq!(text("a\tb"), "a    b");
    }

    #[test]
    fn text_cannot_be_turned_around_or_hidden() {
        assert_eq!(line("\u{202e}txt.exe"), "\u{fffd}txt.exe");
        assert_eq!(line("pay\u{200b}pal\u{feff}\u{e0041}"), "paypal");
    }

    #[test]
    fn marks_do_not_pile_up_and_real_writing_stays() {
        let zalgo = format!("a{}b", "\u{301}".repeat(1_000_000));
        assert_eq!(line(&zalgo).chars().count(), 2 + MOST_MARKS);
        for good in ["é", "e\u{301}", "👩‍👩‍👧", "✔️", "🇯🇵", "नमस्ते", "שָׁלוֹם", "می‌خواهم", "東京"]
        {
            assert!(matches!(line(good), Cow::Borrowed(_)), "{good}");
        }
    }

    proptest! {
        #[test]
        fn nothing_that_acts_on_a_terminal_is_left(wild in any::<String>()) {
            for shown in [line(&wild), text(&wild)] {
                prop_assert!(!shown.chars().any(|c| c.is_control() && c != '\n'));
                let turned = shown.chars().any(|c| {
                    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
                });
                prop_assert!(!turned);
            }
            prop_assert!(!line(&wild).contains('\n'));
            let once = line(&wild).into_owned();
            prop_assert_eq!(line(&once), once.as_str());
        }
    }
}
