//! Which bytes of a line show which bytes of the text it was made of.
//! May not lay anything out.

use std::ops::Range;

use ratatui::text::Line;
use unicode_segmentation::UnicodeSegmentation;

use super::width::width;

/// What a stretch on screen was made of, as bytes of the cleaned text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Source {
    /// Of nothing: bars, labels, brackets that only the screen has.
    #[default]
    Nowhere,
    /// Of the same letters, which begin at a byte.
    Letters(usize),
    /// Of all of a stretch that reads differently: a formula, an entity, a bullet.
    Whole(Range<usize>),
}

impl Source {
    /// What the stretch is made of from one of its bytes on.
    #[must_use]
    pub fn from(&self, byte: usize) -> Self {
        match self {
            Self::Letters(start) => Self::Letters(start.saturating_add(byte)),
            Self::Nowhere | Self::Whole(_) => self.clone(),
        }
    }

    /// Whether a stretch of so many bytes goes on with another one.
    #[must_use]
    pub fn goes_on(&self, bytes: usize, next: &Self) -> bool {
        self.from(bytes) == *next
    }
}

/// A stretch of a line that shows text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// Bytes of the line.
    pub shown: Range<usize>,
    /// What they were made of.
    source: Source,
}

impl Mark {
    /// The bytes of the text.
    #[must_use]
    pub fn text(&self) -> Range<usize> {
        self.text_of(&self.shown)
    }

    /// The bytes of the text that a part of the line shows.
    fn text_of(&self, part: &Range<usize>) -> Range<usize> {
        match &self.source {
            Source::Letters(start) => {
                let at = |byte: usize| {
                    let byte = byte.clamp(self.shown.start, self.shown.end);
                    start.saturating_add(byte.saturating_sub(self.shown.start))
                };
                at(part.start)..at(part.end)
            }
            Source::Whole(range) => range.clone(),
            Source::Nowhere => 0..0,
        }
    }

    /// The part of the line that shows what of a range of the text is in this mark.
    fn part_of(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let text = self.text();
        let (from, to) = (range.start.max(text.start), range.end.min(text.end));
        if from >= to {
            return None;
        }
        let at = |byte: usize| {
            self.shown.start.saturating_add(byte.saturating_sub(text.start)).min(self.shown.end)
        };
        Some(match self.source {
            Source::Letters(_) => at(from)..at(to),
            Source::Whole(_) | Source::Nowhere => self.shown.clone(),
        })
    }
}

/// A line with its marks, in the order they stand.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Marked {
    /// The line.
    pub line: Line<'static>,
    /// What it shows.
    pub marks: Vec<Mark>,
}

impl From<Line<'static>> for Marked {
    fn from(line: Line<'static>) -> Self {
        Self { line, marks: Vec::new() }
    }
}

/// Adds a mark behind others, or lets the last one go on.
pub fn add(marks: &mut Vec<Mark>, shown: Range<usize>, source: Source) {
    if source == Source::Nowhere || shown.is_empty() {
        return;
    }
    if let Some(last) = marks.last_mut()
        && last.shown.end == shown.start
        && last.source.goes_on(last.shown.len(), &source)
    {
        last.shown.end = shown.end;
        return;
    }
    marks.push(Mark { shown, source });
}

/// Adds the marks of a piece that stands at a byte of a line.
pub fn add_shifted(marks: &mut Vec<Mark>, piece: Vec<Mark>, by: usize) {
    marks.extend(piece.into_iter().map(|mark| {
        let shown = mark.shown.start.saturating_add(by)..mark.shown.end.saturating_add(by);
        Mark { shown, ..mark }
    }));
}

/// The bytes of the text that a column of a line shows. Beside all text it is the empty place at
/// the nearer end of what stands before it, else of what stands behind; `None` without any text.
#[must_use]
pub fn at(line: &Line<'static>, marks: &[Mark], column: usize) -> Option<Range<usize>> {
    let cell = cell(line, column);
    let mut before = None;
    for mark in marks {
        if mark.shown.contains(&cell.start) {
            return Some(mark.text_of(&cell));
        }
        if mark.shown.start > cell.start {
            let next = mark.text().start;
            return Some(before.unwrap_or(next..next));
        }
        let end = mark.text().end;
        before = Some(end..end);
    }
    before
}

/// The bytes of a line that are drawn at a column; those behind it where nothing is.
fn cell(line: &Line<'static>, column: usize) -> Range<usize> {
    let text: String = line.spans.iter().map(|span| span.content.as_ref()).collect();
    let mut used = 0_usize;
    for (at, grapheme) in text.grapheme_indices(true) {
        used = used.saturating_add(width(grapheme));
        if used > column {
            return at..at.saturating_add(grapheme.len());
        }
    }
    text.len()..text.len()
}

/// The parts of a line that show a range of the text.
#[must_use]
pub fn parts(line: &Line<'static>, marks: &[Mark], range: &Range<usize>) -> Vec<Range<usize>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    if !marks.iter().any(|mark| mark.part_of(range).is_some()) {
        return parts;
    }
    let text: String = line.spans.iter().map(|span| span.content.as_ref()).collect();
    for part in marks.iter().filter_map(|mark| mark.part_of(range)) {
        // A text that was written anew under a selection may have its letters elsewhere.
        let part = text.floor_char_boundary(part.start)..text.ceil_char_boundary(part.end);
        match parts.last_mut().filter(|last| last.end == part.start) {
            Some(last) => last.end = part.end,
            None => parts.push(part),
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line() -> Marked {
        let mut marks = Vec::new();
        // "• 名a √2 b" out of "- 名a $\sqrt2$ b"
        add(&mut marks, 0..4, Source::Whole(0..2));
        add(&mut marks, 4..7, Source::Letters(2));
        add(&mut marks, 7..9, Source::Letters(5));
        add(&mut marks, 9..13, Source::Whole(7..15));
        add(&mut marks, 13..15, Source::Letters(15));
        Marked { line: Line::from("• 名a √2 b"), marks }
    }

    #[test]
    fn a_cell_leads_to_what_it_shows_wide_and_transformed_ones_too() {
        let Marked { line, marks } = line();
        assert_eq!(marks.len(), 4, "letters that go on are one stretch");
        let of = |column| at(&line, &marks, column).unwrap();
        assert_eq!(of(0), 0..2);
        assert_eq!((of(2), of(3)), (2..5, 2..5), "both halves");
        assert_eq!(of(4), 5..6);
        assert_eq!((of(6), of(7)), (7..15, 7..15));
        assert_eq!(of(9), 16..17);
        assert_eq!(of(40), 17..17, "behind the text");
        assert_eq!(at(&Line::from("───"), &[], 1), None);
    }

    #[test]
    fn a_range_of_the_text_leads_to_the_parts_that_show_it() {
        let Marked { line, marks } = line();
        let parts = |range| parts(&line, &marks, &range).pop().unwrap();
        assert_eq!(parts(2..6), 4..8);
        assert_eq!(parts(8..9), 9..13, "a formula stands out as a whole");
        assert_eq!(parts(0..99), 0..15);
        assert_eq!(parts(3..4), 4..7, "never half a letter");
    }
}
