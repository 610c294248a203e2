//! Hit test: from a place on screen to the one in the text that the last frame showed there.
//! Must not lay anything out: it looks at what was drawn.

use std::borrow::Cow;
use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::app::{State, Surface, TextPart, TextPosition};

use super::clean;
use super::last_frame::{Row, RowPart};
use super::layout_cache::LayoutCache;
use super::markdown::{Origin, Rows};
use super::marks::{self, Mark};

/// Whether cleaning has changed a text.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    AsStored,
    Cleaned,
}

/// A message's text and how it is laid out: what is final, and what may still change.
#[derive(Clone, Copy)]
struct LaidOut<'a> {
    settled: &'a Rows,
    open: Option<&'a Rows>,
}

impl<'a> LaidOut<'a> {
    fn line(self, at: usize) -> Option<(&'a Line<'static>, &'a [Mark], &'a Origin)> {
        let of = |rows: &'a Rows, at: usize| {
            Some((rows.lines.get(at)?, rows.marks.get(at)?.as_slice(), rows.origins.get(at)?))
        };
        match at.checked_sub(self.settled.len()) {
            None => of(self.settled, at),
            Some(at) => of(self.open?, at),
        }
    }

    fn marks(self) -> impl DoubleEndedIterator<Item = &'a Vec<Mark>> {
        self.settled.marks.iter().chain(self.open.into_iter().flat_map(|open| &open.marks))
    }

    fn origins(self) -> impl Iterator<Item = &'a Origin> {
        self.settled.origins.iter().chain(self.open.into_iter().flat_map(|open| &open.origins))
    }

    /// What can be seen at all, from the first to the last byte of it.
    fn seen(self) -> Range<usize> {
        let marks = || self.marks().flatten().map(Mark::text);
        let start = marks().map(|text| text.start).min().unwrap_or(0);
        start..marks().map(|text| text.end).max().unwrap_or(start)
    }

    /// The bytes that a column of a line shows; beside the text the empty place nearest before it.
    fn letter(self, at: usize, column: usize) -> Range<usize> {
        let here = self.line(at).and_then(|(line, marks, _)| marks::at(line, marks, column));
        here.unwrap_or_else(|| {
            let many = self.settled.len().saturating_add(self.open.map_or(0, Rows::len));
            let behind = many.saturating_sub(at);
            let before = self.marks().rev().skip(behind).find_map(|marks| marks.last());
            let end = before.map_or(0, |mark| mark.text().end);
            end..end
        })
    }

    /// The block a line belongs to. Of code it is the lines, not what stands around them.
    fn block(self, at: usize) -> Option<Range<usize>> {
        let (_, _, origin) = self.line(at)?;
        if origin.code_block == 0 {
            return Some(origin.block.clone()).filter(|block| !block.is_empty());
        }
        let mut lines = self.origins().filter(|it| it.code_block == origin.code_block);
        let label = lines.next()?.source.clone();
        let code = lines.map(|it| it.source.clone()).filter(|it| *it != label);
        code.reduce(|all, line| all.start.min(line.start)..all.end.max(line.end)).or(Some(label))
    }
}

impl LayoutCache {
    /// The place in the conversation nearest to one on screen; `None` where none is shown.
    #[must_use]
    pub fn spot(&self, state: &State, column: u16, row: u16) -> Option<TextPosition> {
        let Rect { x, y, .. } = self.last_frame.area;
        let rows = &self.last_frame.rows;
        let at = usize::from(row.saturating_sub(y));
        let last = rows.last()?;
        let (seen, row_part) = match rows.get(at) {
            Some(seen) => (seen, seen.part),
            // Below a conversation that does not fill the pane, or below the pane.
            None if rows.len() < usize::from(self.last_frame.area.height) => (last, RowPart::Below),
            None => (last, last.part),
        };
        let (stored, laid_out) = self.laid_out_as(state, seen)?;
        let cleaned = clean::text(stored);
        let form = match &cleaned {
            Cow::Borrowed(_) => Form::AsStored,
            Cow::Owned(_) => Form::Cleaned,
        };
        let column = usize::from(column.saturating_sub(x));
        let all = 0..cleaned.len();
        let (letter, block) = match row_part {
            RowPart::Above => (0..0, all.clone()),
            RowPart::Fold | RowPart::Below => (all.end..all.end, all.end..all.end),
            RowPart::Line(line) => {
                let letter = laid_out.letter(line, column);
                let block = laid_out.block(line).map(|block| trimmed(&cleaned, block));
                (letter.clone(), block.unwrap_or(letter))
            }
        };
        let part = |range: Range<usize>| TextPart {
            stored: stored_range(stored, form, &range),
            cleaned: range,
        };
        let whole = TextPart { stored: 0..stored.len(), cleaned: all };
        let seen_at_all = laid_out.seen();
        Some(TextPosition {
            item: seen.item,
            surface: if row_part == RowPart::Fold { Surface::Fold } else { Surface::Text },
            letter: part(letter),
            block: part(block),
            whole,
            seen: seen_at_all,
        })
    }

    fn laid_out_as<'a>(&'a self, state: &'a State, row: &'a Row) -> Option<(&'a str, LaidOut<'a>)> {
        if let Some(message) = &row.message {
            let settled = self.known(message)?;
            return Some((&message.text, LaidOut { settled, open: None }));
        }
        let (settled, open) = self.growing()?;
        let turn = state.open_turn()?;
        Some((turn.answer(), LaidOut { settled, open: Some(open) }))
    }
}

/// A block without the line breaks it ends with.
fn trimmed(text: &str, block: Range<usize>) -> Range<usize> {
    let bytes = text.get(block.clone()).map_or(block.len(), |it| it.trim_end_matches('\n').len());
    block.start..block.start.saturating_add(bytes)
}

/// The bytes of the stored text that a range of its cleaned form was made of.
fn stored_range(stored: &str, form: Form, range: &Range<usize>) -> Range<usize> {
    if form == Form::AsStored {
        return range.clone();
    }
    let stored = clean::raw_range(stored, range.clone());
    if range.is_empty() { stored.start..stored.start } else { stored }
}
