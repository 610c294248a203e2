//! Scroll positions as bytes of the text, so that they survive another width and a restart.

use crate::app::Anchor;
use crate::chat::ScrollAnchor;

use crate::view::last_frame::RowPart;
use crate::view::source_map::SourceMapping;
use crate::view::transcript::{ItemExtent, TranscriptView};

impl TranscriptView<'_> {
    /// The top line that stays: the same line, or after a change of width the line that shows the
    /// same text.
    pub(super) fn stable_top(&mut self, anchor: Anchor) -> Anchor {
        let before = self.state.measured;
        let rewrapped = before.reading_columns > 0 && before.reading_columns != self.columns;
        if rewrapped && before.top == anchor && anchor.line > 0 {
            return self.anchor_of_byte(anchor.message, before.top_byte);
        }
        self.normalize_anchor(anchor)
    }

    /// The line of a message that shows a byte of its text or the next visible one.
    pub(super) fn anchor_of_byte(&mut self, item: usize, byte: usize) -> Anchor {
        let line = if byte == 0 { 0 } else { self.line_showing_byte(item, byte) };
        self.normalize_anchor(Anchor {
            message: item,
            line: i64::try_from(line).unwrap_or(i64::MAX),
        })
    }

    pub(super) fn line_showing_byte(&mut self, item: usize, byte: usize) -> usize {
        let ItemExtent { above, text } = self.item_extent(item);
        let shows = |line: &usize| {
            let marks = self.source_map_of(item, *line).unwrap_or_default();
            marks.iter().any(|mark| mark.text_range().end > byte)
        };
        let line = (0..text).find(shows).unwrap_or(text);
        above.saturating_add(line)
    }

    /// The byte of the text at the top of the frame: 0 above the text, the maximum after it.
    pub(super) fn top_byte(&self) -> usize {
        let Some(top) = self.cache.last_frame.rows.first() else {
            return 0;
        };
        let RowPart::Line(first) = top.part else {
            return if top.part == RowPart::Above { 0 } else { usize::MAX };
        };
        let first_text = |line: usize| {
            let marks = self.source_map_of(top.item, line)?;
            Some(marks.iter().map(SourceMapping::text_range).map(|text| text.start).min())
        };
        // Between two blocks the next one counts.
        let mut lines = (first..).map_while(first_text);
        lines.find_map(|start| start).unwrap_or(usize::MAX)
    }

    /// The top line for a stored scroll position.
    pub(super) fn restored_top(&mut self, position: ScrollAnchor) -> Anchor {
        self.anchor_of_byte(position.message, position.byte)
    }
}
