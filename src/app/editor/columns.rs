//! Display width of characters in a text field, control characters and tabs included.

use unicode_width::UnicodeWidthStr;

const TAB_COLUMNS: usize = 4;

/// Columns of a grapheme.
#[must_use]
pub fn columns_of(grapheme: &str) -> usize {
    let mut bytes = grapheme.bytes();
    if let (Some(byte), None) = (bytes.next(), bytes.next()) {
        return if byte == b'\t' { TAB_COLUMNS } else { 1 };
    }
    if grapheme.chars().any(is_terminal_control) {
        return 1;
    }
    grapheme.width()
}

/// Whether a placeholder is drawn for a character.
fn is_terminal_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
