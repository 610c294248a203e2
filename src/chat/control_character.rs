//! Characters that could act on a terminal or turn other text around, and what is shown for them.

/// Whether a character could act on a terminal or turn text around: controls, line separators, and those that
/// change the direction of text.
#[must_use]
pub fn is_control_character(c: char) -> bool {
    control_symbol(c).is_some() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// The visible character in the place of a control, or of one that changes the direction of text; `None`
/// for all others.
#[must_use]
pub fn control_symbol(c: char) -> Option<char> {
    match c {
        // The control pictures: one symbol for each control character below U+0020.
        '\0'..='\x1f' => char::from_u32(0x2400 + u32::from(c)),
        '\x7f' => Some('\u{2421}'),
        // C1 controls, and characters that change the direction of text.
        '\u{80}'..='\u{9f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => Some('\u{fffd}'),
        _ => None,
    }
}
