//! Lines with their source positions, so that a selection can be copied as source.

use std::ops::Range;

use ratatui::text::Line;

use crate::view::source_map::{MappedLine, SourceMapping};

/// The source of a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct LineOrigin {
    /// Bytes of the cleaned text: the code line, the table row, else the whole paragraph, heading
    /// or item. Empty between blocks.
    pub(crate) source: Range<usize>,
    /// Bytes of the block: the whole table, else as `source`.
    pub(crate) block: Range<usize>,
    /// The number of the code block as shown above it; 0 outside of code.
    pub(crate) code_block: usize,
}

/// Rendered lines with their sources.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RenderedLines {
    /// The lines with their styles.
    pub lines: Vec<Line<'static>>,
    pub(crate) origins: Vec<LineOrigin>,
    pub(crate) source_maps: Vec<Vec<SourceMapping>>,
    /// The addresses of its links; the lines are marked with their numbers.
    pub(crate) links: Vec<String>,
}

impl LineOrigin {
    #[must_use]
    pub(crate) fn of(source: Range<usize>) -> Self {
        Self { block: source.clone(), source, code_block: 0 }
    }
}

impl RenderedLines {
    pub(crate) fn push(&mut self, line: impl Into<MappedLine>, origin: LineOrigin) {
        let MappedLine { line, mappings: marks } = line.into();
        self.lines.push(line);
        self.source_maps.push(marks);
        self.origins.push(origin);
    }

    pub(crate) fn extend(&mut self, lines: Vec<MappedLine>, origin: &LineOrigin) {
        for line in lines {
            self.push(line, origin.clone());
        }
    }

    pub(crate) fn append(&mut self, mut more: Self) {
        self.lines.append(&mut more.lines);
        self.origins.append(&mut more.origins);
        self.source_maps.append(&mut more.source_maps);
        self.links.append(&mut more.links);
    }

    /// The number of lines.
    #[must_use]
    pub(crate) const fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there are no lines.
    #[must_use]
    pub(crate) const fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}
