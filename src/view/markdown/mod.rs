//! Markdown as lines: blocks from the parser, laid out one by one.
//! May not fail: anything is Markdown, half-finished text included.

pub mod blocks;
pub mod inline;
pub mod layout;
pub mod maths;
pub mod table;

use std::ops::Range;

use ratatui::text::Line;

use crate::settings::Theme;

pub use blocks::top_level;

/// Lines, and how many code blocks are numbered in them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rendered {
    /// The lines.
    pub lines: Vec<Line<'static>>,
    /// Code blocks so far, those before included.
    pub code_blocks: usize,
}

/// Lays out a whole text.
#[must_use]
pub fn render(source: &str, columns: usize, theme: &Theme) -> Rendered {
    render_after(source, columns, theme, 0, false)
}

/// Lays out a text that goes on after `code_blocks` numbered blocks; `continues` says whether
/// there are lines before it, from which an empty one sets it apart.
#[must_use]
pub fn render_after(
    source: &str,
    columns: usize,
    theme: &Theme,
    code_blocks: usize,
    continues: bool,
) -> Rendered {
    let cleaned = super::clean::text(source);
    layout::lay_out(&cleaned, columns.max(1), theme, code_blocks, continues)
}

/// How much of a growing text is final: every block but the last that has begun. Later text cannot
/// change those any more.
#[must_use]
pub fn settled(source: &str) -> usize {
    // A line that is not finished may still become anything, a table or a heading say.
    let whole_lines = source.rfind('\n').map_or(0, |end| end.saturating_add(1));
    let text = source.get(..whole_lines).unwrap_or_default();
    let ranges: Vec<Range<usize>> = top_level(text);
    // A block begins with its line: the indent of indented code lies before its range.
    let before = ranges.last().and_then(|last| text.get(..last.start)).unwrap_or_default();
    before.rfind('\n').map_or(0, |end| end.saturating_add(1))
}
