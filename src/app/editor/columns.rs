//! Display width of characters in a text field, control characters and tabs included.

use unicode_width::UnicodeWidthStr;

use crate::chat::control_character::is_control_character;

const TAB_COLUMNS: usize = 4;

/// Columns of a grapheme.
#[must_use]
pub fn columns_of(grapheme: &str) -> usize {
    let mut bytes = grapheme.bytes();
    if let (Some(byte), None) = (bytes.next(), bytes.next()) {
        return if byte == b'\t' { TAB_COLUMNS } else { 1 };
    }
    // A placeholder is drawn for it.
    if grapheme.contains(is_control_character) {
        return 1;
    }
    grapheme.width()
}
