//! The display width of text.

use ratatui::buffer::CellWidth;
use unicode_segmentation::UnicodeSegmentation;

/// Columns of a text: the sum of its cells, which are what is drawn. By the Unicode tables the
/// whole may be narrower where letters join.
#[must_use]
pub fn width(text: &str) -> usize {
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return text.len();
    }
    let visible = text.graphemes(true).filter(|it| !it.contains(char::is_control));
    visible.map(|grapheme| usize::from(grapheme.cell_width())).sum()
}
