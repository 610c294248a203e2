//! How many columns a character takes while it is edited, control characters and tabs included.
//! May not know how it is drawn; drawing keeps to these columns.

use unicode_width::UnicodeWidthStr;

/// Columns of a tab.
const TAB_COLUMNS: usize = 4;

/// Columns of what people see as one character.
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

/// Whether a stand-in is drawn for a character.
fn is_terminal_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
