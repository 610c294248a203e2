//! Lines with where in the text each comes from, so that what is selected can be copied as source.
//! May not lay anything out.

use std::ops::Range;

use ratatui::text::Line;

use crate::view::source_map::{MappedLine, SourceMapping};

/// Where a line comes from.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LineOrigin {
    /// Bytes of the cleaned text: those of the code line, of the table's row, else of the whole
    /// paragraph, heading or item text the line belongs to. Empty for what stands between blocks.
    pub source: Range<usize>,
    /// Bytes of the block it belongs to: those of the whole table, else as `source`.
    pub block: Range<usize>,
    /// The number of the code block it is in, as it stands over the block; 0 for none.
    pub code_block: usize,
}

/// Lines, each with its origin.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct RenderedLines {
    /// The lines.
    pub lines: Vec<Line<'static>>,
    /// Where each comes from.
    pub origins: Vec<LineOrigin>,
    /// What of the text each shows, and where.
    pub source_maps: Vec<Vec<SourceMapping>>,
    /// Where its links lead, in order; the lines are marked with their numbers.
    pub links: Vec<String>,
}

impl LineOrigin {
    /// A line of a block that is no code.
    #[must_use]
    pub fn of(source: Range<usize>) -> Self {
        Self { block: source.clone(), source, code_block: 0 }
    }
}

impl RenderedLines {
    /// Adds a line.
    pub fn push(&mut self, line: impl Into<MappedLine>, origin: LineOrigin) {
        let MappedLine { line, mappings: marks } = line.into();
        self.lines.push(line);
        self.source_maps.push(marks);
        self.origins.push(origin);
    }

    /// Adds lines of one origin.
    pub fn extend(&mut self, lines: Vec<MappedLine>, origin: &LineOrigin) {
        for line in lines {
            self.push(line, origin.clone());
        }
    }

    /// Adds rows behind these.
    pub fn append(&mut self, mut more: Self) {
        self.lines.append(&mut more.lines);
        self.origins.append(&mut more.origins);
        self.source_maps.append(&mut more.source_maps);
        self.links.append(&mut more.links);
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.lines.len()
    }

    /// Whether there is none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.lines.is_empty()
    }
}
