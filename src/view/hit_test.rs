//! Hit testing: from a position on screen to the position in the text that the last frame showed
//! there.

use std::borrow::Cow;
use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::app::{State, Surface, TextPosition, TextRange};

use super::clean;
use super::last_frame::{RowPart, ScreenRow};
use super::layout_cache::LayoutCache;
use super::markdown::{LineOrigin, RenderedLines};
use crate::view::source_map::{self, SourceMapping};

/// Whether cleaning has changed a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TextForm {
    AsStored,
    Cleaned,
}

/// The layout of a message: final rows, and those of a live answer that may still change.
#[derive(Clone, Copy)]
struct MessageLayout<'a> {
    settled_rows: &'a RenderedLines,
    open_rows: Option<&'a RenderedLines>,
}

impl MessageLayout<'_> {
    fn line_at(self, at: usize) -> Option<(Line<'static>, Vec<SourceMapping>, LineOrigin)> {
        let of = |rows: &RenderedLines, at: usize| {
            Some((rows.line(at)?, rows.source_map(at)?, rows.origin(at)?))
        };
        match at.checked_sub(self.settled_rows.len()) {
            None => of(self.settled_rows, at),
            Some(at) => of(self.open_rows?, at),
        }
    }

    /// What the lines before one show of the text.
    fn mappings_before(self, at: usize) -> impl DoubleEndedIterator<Item = SourceMapping> {
        let rest = at.saturating_sub(self.settled_rows.len());
        let open = self.open_rows.into_iter().flat_map(move |open| open.mappings_before(rest));
        self.settled_rows.mappings_before(at).chain(open)
    }

    fn origins(self) -> impl Iterator<Item = LineOrigin> {
        self.settled_rows
            .origins()
            .chain(self.open_rows.into_iter().flat_map(RenderedLines::origins))
    }

    /// From the first to the last visible byte.
    fn visible_range(self) -> Range<usize> {
        let marks = || self.mappings_before(usize::MAX).map(|mark| mark.text_range());
        let start = marks().map(|text| text.start).min().unwrap_or(0);
        start..marks().map(|text| text.end).max().unwrap_or(start)
    }

    /// The bytes shown at a column of a line; beside the text the empty range nearest before it.
    fn grapheme_at(self, at: usize, column: usize) -> Range<usize> {
        let here = self
            .line_at(at)
            .and_then(|(line, marks, _)| source_map::text_at_column(&line, &marks, column));
        here.unwrap_or_else(|| {
            let before = self.mappings_before(at).next_back();
            let end = before.map_or(0, |mark| mark.text_range().end);
            end..end
        })
    }

    /// The block of a line; of a code block its lines without the fences.
    fn block_at(self, at: usize) -> Option<Range<usize>> {
        let (_, _, origin) = self.line_at(at)?;
        if origin.code_block == 0 {
            return Some(origin.block).filter(|block| !block.is_empty());
        }
        let mut lines = self.origins().filter(|it| it.code_block == origin.code_block);
        let label = lines.next()?.source;
        let code = lines.map(|it| it.source).filter(|it| *it != label);
        code.reduce(|all, line| all.start.min(line.start)..all.end.max(line.end)).or(Some(label))
    }
}

impl LayoutCache {
    /// The text position nearest to a screen position; `None` without a transcript on screen.
    #[must_use]
    pub fn text_position_at(&self, state: &State, column: u16, row: u16) -> Option<TextPosition> {
        let (row, part) = self.shown_row_at(row)?;
        let (stored, layout) = self.layout_of(state, row)?;
        let cleaned = clean::text(stored);
        let form = match &cleaned {
            Cow::Borrowed(_) => TextForm::AsStored,
            Cow::Owned(_) => TextForm::Cleaned,
        };
        let all = 0..cleaned.len();
        let (grapheme, block) = match part {
            RowPart::Above => (0..0, all.clone()),
            RowPart::DetailsToggle | RowPart::Below => (all.end..all.end, all.end..all.end),
            RowPart::Line(line) => {
                let column = usize::from(column.saturating_sub(self.last_frame.area.x));
                let grapheme = layout.grapheme_at(line, column);
                let block = layout.block_at(line).map(|block| trim_line_breaks(&cleaned, block));
                (grapheme.clone(), block.unwrap_or(grapheme))
            }
        };
        let text_range = |range: Range<usize>| TextRange {
            stored: stored_range(stored, form, &range),
            cleaned: range,
        };
        Some(TextPosition {
            item: row.item,
            surface: match part {
                RowPart::DetailsToggle => Surface::DetailsToggle,
                RowPart::Above | RowPart::Line(_) | RowPart::Below => Surface::Text,
            },
            grapheme: text_range(grapheme),
            block: text_range(block),
            message: TextRange { stored: 0..stored.len(), cleaned: all },
            visible: layout.visible_range(),
        })
    }

    /// The row drawn at a screen row, or the last one where none is, and what was hit of it.
    fn shown_row_at(&self, row: u16) -> Option<(&ScreenRow, RowPart)> {
        let rows = &self.last_frame.rows;
        let Rect { y, height, .. } = self.last_frame.area;
        if let Some(row) = rows.get(usize::from(row.saturating_sub(y))) {
            return Some((row, row.part));
        }
        let last = rows.last()?;
        let fills_pane = rows.len() >= usize::from(height);
        Some((last, if fills_pane { last.part } else { RowPart::Below }))
    }

    fn layout_of<'a>(
        &'a self,
        state: &'a State,
        row: &'a ScreenRow,
    ) -> Option<(&'a str, MessageLayout<'a>)> {
        if let Some(message) = &row.message {
            let settled = self.cached_lines(message)?;
            return Some((&message.text, MessageLayout { settled_rows: settled, open_rows: None }));
        }
        let (settled, open) = self.live_rendered_lines()?;
        let turn = state.open_turn()?;
        Some((turn.answer(), MessageLayout { settled_rows: settled, open_rows: Some(open) }))
    }
}

/// A block without its trailing line breaks.
fn trim_line_breaks(text: &str, block: Range<usize>) -> Range<usize> {
    let bytes = text.get(block.clone()).map_or(block.len(), |it| it.trim_end_matches('\n').len());
    block.start..block.start.saturating_add(bytes)
}

/// The bytes of the stored text for a range of the cleaned text.
fn stored_range(stored: &str, form: TextForm, range: &Range<usize>) -> Range<usize> {
    if form == TextForm::AsStored {
        return range.clone();
    }
    let stored = clean::raw_range(stored, range.clone());
    if range.is_empty() { stored.start..stored.start } else { stored }
}
