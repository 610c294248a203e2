//! Joins consecutive text events: an address may continue after a character that could have been
//! emphasis. Every piece keeps its source range, because selections are copied from the source.

use std::ops::Range;

/// A piece of the text of an event, with its position in the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextPiece {
    /// The byte range in the event's text.
    pub shown: Range<usize>,
    /// The byte range in the source.
    pub source: Range<usize>,
    /// Whether source and shown text are equal; for an entity, they are not.
    pub verbatim: bool,
}

impl TextPiece {
    /// Returns the part of the piece that lies in a range of the event's text, relative to its start.
    pub(super) fn within(&self, part: &Range<usize>) -> Option<Self> {
        let from = self.shown.start.max(part.start);
        let to = self.shown.end.min(part.end);
        let source = if self.verbatim {
            let at = |byte: usize| {
                self.source.start.saturating_add(byte.saturating_sub(self.shown.start))
            };
            at(from)..at(to)
        } else {
            self.source.clone()
        };
        let shown = from.saturating_sub(part.start)..to.saturating_sub(part.start);
        (from < to).then_some(Self { shown, source, verbatim: self.verbatim })
    }
}

/// Consecutive text events as one text.
#[derive(Debug, Default)]
pub(super) struct MergedText {
    pub(super) text: String,
    pub(super) pieces: Vec<TextPiece>,
}

impl MergedText {
    pub(super) fn push(&mut self, text: &str, source: Range<usize>, verbatim: bool) {
        let start = self.text.len();
        self.text.push_str(text);
        if !text.is_empty() {
            self.pieces.push(TextPiece { shown: start..self.text.len(), source, verbatim });
        }
    }

    pub(super) fn clear(&mut self) {
        self.text.clear();
        self.pieces.clear();
    }

    /// Returns the source range from the first to the last piece.
    pub(super) fn source_range(&self) -> Range<usize> {
        let start = self.pieces.first().map_or(0, |piece| piece.source.start);
        start..self.pieces.last().map_or(start, |piece| piece.source.end)
    }

    /// Returns the pieces in a range of the text, relative to its start.
    pub(super) fn pieces_within(&self, part: &Range<usize>) -> Vec<TextPiece> {
        let first = self.pieces.partition_point(|piece| piece.shown.end <= part.start);
        let within = self.pieces.iter().skip(first);
        within.map_while(|piece| piece.within(part)).collect()
    }
}
