//! Text that the parser hands over in pieces, as one: an address may go on behind a sign that could
//! have meant emphasis.
//! Must not lose where a piece stands: selections are copied from the source by it.

use std::ops::Range;

/// A piece of the text of an event, and where it stands in the source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextPiece {
    /// The bytes of the event's text.
    pub shown: Range<usize>,
    /// The bytes of the source.
    pub source: Range<usize>,
    /// Whether the source reads as it is shown; an entity, for one, does not.
    pub verbatim: bool,
}

impl TextPiece {
    /// Returns what of the piece is in a part of the event's text, its bytes counted from there.
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

/// Text that follows text, merged.
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

    /// Returns the bytes of the source from the first to the last piece.
    pub(super) fn source_range(&self) -> Range<usize> {
        let start = self.pieces.first().map_or(0, |piece| piece.source.start);
        start..self.pieces.last().map_or(start, |piece| piece.source.end)
    }

    /// Returns the pieces of a part of the text, their bytes counted from its beginning.
    pub(super) fn pieces_within(&self, part: &Range<usize>) -> Vec<TextPiece> {
        let first = self.pieces.partition_point(|piece| piece.shown.end <= part.start);
        let within = self.pieces.iter().skip(first);
        within.map_while(|piece| piece.within(part)).collect()
    }
}
