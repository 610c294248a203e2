//! Characters that are joined of several (flags, families, skin tones, emoji with U+FE0F). Terminals do not
//! agree on how many columns they take.

use ratatui::buffer::{Cell, CellWidth};

use super::hyperlinks::shown_text;

/// Whether a cell has a character of which terminals may draw more or fewer columns than the frame has.
#[must_use]
pub fn is_joined(cell: &Cell) -> bool {
    let text = shown_text(cell);
    text.len() > 4
        && text.chars().nth(1).is_some()
        && (cell.cell_width() > 1 || text.chars().any(is_joiner))
}

/// Replaces a joined emoji by its first character, which all programs draw alike, and a flag by the letters
/// of its country. Leaves the letters of a script as they are, and the address of a link.
pub fn simplify_joined(cell: &mut Cell) {
    let text = shown_text(cell);
    if let Some(simple) = simple_form(text) {
        let symbol = cell.symbol().replacen(text, &simple, 1);
        cell.set_symbol(&symbol);
    }
}

fn simple_form(text: &str) -> Option<String> {
    let letters: Option<String> = text.chars().map(country_letter).collect();
    if letters.as_ref().is_some_and(|it| !it.is_empty()) {
        return letters;
    }
    let first = text.chars().next()?;
    let is_emoji =
        text.chars().any(|c| is_emoji_part(c) || (is_joiner(c) && first >= FIRST_SYMBOL));
    is_emoji.then(|| first.to_string())
}

/// The first symbol that can begin a sequence of emoji with joiners (emoji-zwj-sequences.txt of Unicode
/// 16, read 2026-11-30); the letters of scripts are before it.
const FIRST_SYMBOL: char = '\u{203c}';

/// The joiner, and the selectors of text or emoji presentation.
const fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200d}' | '\u{fe0e}' | '\u{fe0f}')
}

/// What makes an emoji of the character before it: presentation, the frame of a key, a skin tone.
const fn is_emoji_part(c: char) -> bool {
    matches!(c, '\u{fe0f}' | '\u{20e3}' | '\u{1f3fb}'..='\u{1f3ff}')
}

/// The letter that a regional indicator stands for; two of them are a flag.
fn country_letter(c: char) -> Option<char> {
    let number = u32::from(c).checked_sub(0x1_f1e6).filter(|it| *it < 26)?;
    char::from_u32(u32::from('A').saturating_add(number))
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU16;

    use ratatui::buffer::CellDiffOption;

    use super::*;

    fn link(text: &str, width: u16) -> Cell {
        let mut cell = Cell::default();
        cell.set_symbol(&format!("\x1b]8;id=d1;https://a.example\x1b\\{text}\x1b]8;;\x1b\\"));
        cell.set_diff_option(CellDiffOption::ForcedWidth(NonZeroU16::new(width).unwrap()));
        cell
    }

    #[test]
    fn wide_characters_and_accents_are_not_joined_and_emoji_of_several_are() {
        for plain in ["日", "👩", "e\u{301}", "⚠", "a"] {
            assert!(!is_joined(&Cell::new(plain)), "{plain}");
        }
        for joined in ["⚠\u{fe0f}", "❤\u{fe0e}", "👩\u{200d}💻", "👍\u{1f3fd}", "1\u{fe0f}\u{20e3}"]
        {
            assert!(is_joined(&Cell::new(joined)), "{joined}");
        }
        assert!(!is_joined(&link("日", 2)));
        assert!(is_joined(&link("\u{1f1eb}\u{1f1f7}", 2)));
    }

    #[test]
    fn the_simple_form_of_an_emoji_is_its_first_character_and_of_a_flag_its_letters() {
        let simple = |text: &str| simple_form(text).unwrap_or_else(|| text.to_owned());
        assert_eq!(simple("⚠\u{fe0f}"), "⚠");
        assert_eq!(simple("👩\u{200d}👩\u{200d}👧"), "👩");
        assert_eq!(simple("👍\u{1f3fd}"), "👍");
        assert_eq!(simple("1\u{fe0f}\u{20e3}"), "1");
        assert_eq!(simple("\u{1f1ef}\u{1f1f5}"), "JP");
        for script in ["か\u{3099}", "\u{0915}\u{094d}\u{200d}\u{0937}", "e\u{301}", "日"] {
            assert_eq!(simple(script), script);
        }
        let mut cell = link("\u{1f1eb}\u{1f1f7}", 2);
        simplify_joined(&mut cell);
        assert_eq!(cell, link("FR", 2));
    }
}
