//! How many columns a text takes on screen.

use ratatui::buffer::CellWidth;
use unicode_segmentation::UnicodeSegmentation;

/// Columns a text takes: those of its cells, which are what is drawn. The text as a whole may be
/// narrower to the Unicode tables, where letters join.
#[must_use]
pub fn width(text: &str) -> usize {
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return text.len();
    }
    let visible = text.graphemes(true).filter(|it| !it.contains(char::is_control));
    visible.map(|grapheme| usize::from(grapheme.cell_width())).sum()
}
