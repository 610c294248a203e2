//! A part of a text: where it starts, what precedes it, and its layout.

use std::collections::HashMap;
use std::ops::Range;

use crate::markdown::{LinkLabels, TextContext};
use crate::settings::Theme;

use super::highlight::HighlightCache;
use crate::view::markdown::rendered_lines::RenderedLines;

/// The width and theme of a layout.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RenderStyle<'a> {
    pub(crate) columns: usize,
    pub(crate) theme: &'a Theme,
}

/// What precedes a part of a text.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) enum Preceding {
    #[default]
    Nothing,
    /// A complete block.
    Block,
    /// The start of the same paragraph.
    Paragraph,
    /// Items of the same list.
    Items {
        /// The number of the next item; `None` for bullets.
        number: Option<u64>,
        /// Whether an empty line precedes it.
        separated: bool,
    },
    TableRows(TableShape),
}

/// A table that continues in the next part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TableShape {
    /// Its first two lines.
    pub(crate) head: String,
    /// The widths of its columns; empty where it is a list of values.
    pub(crate) widths: Vec<usize>,
    /// Whether its rows have a gap between them.
    pub(crate) is_spaced: bool,
}

/// How positions in what is parsed lead to positions in the whole text.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct PartOffset {
    /// Bytes at the beginning of what is parsed that repeat an earlier part: the head of a table.
    pub(crate) repeated: usize,
    /// Bytes of the whole text before this part.
    pub(crate) before: usize,
}

impl PartOffset {
    /// The position in the whole text of one in what is parsed.
    #[must_use]
    pub(crate) const fn shift(self, at: usize) -> usize {
        at.saturating_sub(self.repeated).saturating_add(self.before)
    }

    /// The range of the whole text of one in what is parsed.
    #[must_use]
    pub(crate) const fn shift_range(self, range: &Range<usize>) -> Range<usize> {
        self.shift(range.start)..self.shift(range.end)
    }
}

#[derive(Debug, Clone, Copy)]
pub(crate) struct PartStart<'a> {
    pub(crate) preceding: &'a Preceding,
    /// Bytes before the part.
    pub(crate) offset: usize,
    /// The number of code blocks before the part.
    pub(crate) code_blocks: usize,
    /// The number of links before the part.
    pub(crate) links: usize,
    /// Link definitions and the end of the text.
    pub(crate) context: TextContext<'a>,
}

#[derive(Debug, Default)]
pub(crate) struct PartLayout {
    pub(crate) rows: RenderedLines,
    /// The number of code blocks up to the end of the part.
    pub(crate) code_blocks: usize,
    /// The table it ends with, if it does.
    pub(crate) table: Option<TableShape>,
    /// The link labels it defines and uses.
    pub(crate) labels: LinkLabels,
}

/// Caches of code blocks by number.
pub(crate) type HighlightCaches = HashMap<usize, HighlightCache>;
