//! A part of a text: where it begins, what stands before it, and what came of laying it out.
//! May not lay anything out.

use std::collections::HashMap;

use crate::markdown::{LinkLabels, TextContext};
use crate::settings::Theme;

use super::highlight::HighlightCache;
use crate::view::markdown::rendered_lines::RenderedLines;

/// How wide and in which colours.
#[derive(Debug, Clone, Copy)]
pub struct RenderStyle<'a> {
    /// Columns there are.
    pub columns: usize,
    /// The colours.
    pub theme: &'a Theme,
}

/// What stands before a part of a text.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Preceding {
    /// Nothing.
    #[default]
    Nothing,
    /// A block that has ended.
    Block,
    /// The beginning of the same paragraph.
    Paragraph,
    /// Items of the same list; the number of the next, and whether an empty line sets it apart.
    Items {
        /// The number of the next item, if items are numbered.
        number: Option<u64>,
        /// Whether an empty line comes before it.
        separated: bool,
    },
    /// Rows of the same table.
    TableRows(TableShape),
}

/// The head of a table whose rows go on in another part.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TableShape {
    /// Its first two lines.
    pub head: String,
    /// The widths of its columns; none where it is a list of values.
    pub widths: Vec<usize>,
}

/// Where a part of a text begins.
#[derive(Debug, Clone, Copy)]
pub struct PartStart<'a> {
    /// What stands before it.
    pub preceding: &'a Preceding,
    /// Bytes before it.
    pub offset: usize,
    /// Code blocks before it.
    pub code_blocks: usize,
    /// Links before it.
    pub links: usize,
    /// What is known of it besides.
    pub context: TextContext<'a>,
}

/// A part of a text, laid out.
#[derive(Debug, Default)]
pub struct PartLayout {
    /// Its rows.
    pub rows: RenderedLines,
    /// Code blocks so far, those before included.
    pub code_blocks: usize,
    /// The table it ends with, where it does.
    pub table: Option<TableShape>,
    /// What it says about labels.
    pub labels: LinkLabels,
}

/// Code blocks that are laid out again and again, by number.
pub type HighlightCaches = HashMap<usize, HighlightCache>;
