//! The third level of keyboards (`AltGr`), which the console of Windows reports as Ctrl and Alt at once.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// The key as other systems report it: a character that makes no sense as a chord comes alone.
/// Letters and digits stay chords, because with `AltGr` they type something else.
pub(super) fn without_alt_gr(mut key: KeyEvent) -> KeyEvent {
    let alt_gr = KeyModifiers::CONTROL | KeyModifiers::ALT;
    let is_third_level = matches!(key.code, KeyCode::Char(c) if !c.is_ascii_alphanumeric());
    if is_third_level && key.modifiers.contains(alt_gr) {
        key.modifiers -= alt_gr | KeyModifiers::SHIFT;
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_of_the_third_level_comes_alone_and_a_chord_stays_one() {
        let alt_gr = KeyModifiers::CONTROL | KeyModifiers::ALT;
        let reported = |c, held| without_alt_gr(KeyEvent::new(KeyCode::Char(c), held));
        for c in ['@', '\\', '\u{20ac}', '\u{105}'] {
            assert_eq!(reported(c, alt_gr), KeyCode::Char(c).into());
            assert_eq!(reported(c, alt_gr | KeyModifiers::SHIFT), KeyCode::Char(c).into());
            assert_eq!(reported(c, KeyModifiers::ALT).modifiers, KeyModifiers::ALT);
        }
        assert_eq!(reported('x', alt_gr).modifiers, alt_gr);
    }
}
