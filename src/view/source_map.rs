//! Which bytes of a line show which bytes of the text.

use std::num::NonZero;
use std::ops::Range;

use ratatui::text::Line;
use unicode_segmentation::UnicodeSegmentation;

use crate::view::width::width;

/// The source of a run in the cleaned text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum TextSource {
    /// None: bars, labels and brackets that only the screen has.
    #[default]
    Generated,
    /// The same bytes, from this position on.
    Verbatim(usize),
    /// A range that reads differently: a formula, an entity, a bullet.
    Derived(Range<usize>),
}

impl TextSource {
    /// The source from one byte of the run on.
    #[must_use]
    pub(crate) fn from(&self, byte: usize) -> Self {
        match self {
            Self::Verbatim(start) => Self::Verbatim(start.saturating_add(byte)),
            Self::Generated | Self::Derived(_) => self.clone(),
        }
    }

    /// Whether a run of this many bytes continues in another one.
    #[must_use]
    pub(crate) fn is_continued_by(&self, bytes: usize, next: &Self) -> bool {
        self.from(bytes) == *next
    }
}

/// A range of a line with its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SourceMapping {
    pub(crate) line_range: Range<usize>,
    source: TextSource,
}

impl SourceMapping {
    /// The bytes of the text.
    #[must_use]
    pub(crate) fn text_range(&self) -> Range<usize> {
        self.text_range_of(&self.line_range)
    }

    /// The bytes of the text that a part of the line shows.
    fn text_range_of(&self, part: &Range<usize>) -> Range<usize> {
        match &self.source {
            TextSource::Verbatim(start) => {
                let at = |byte: usize| {
                    let byte = byte.clamp(self.line_range.start, self.line_range.end);
                    start.saturating_add(byte.saturating_sub(self.line_range.start))
                };
                at(part.start)..at(part.end)
            }
            TextSource::Derived(range) => range.clone(),
            TextSource::Generated => 0..0,
        }
    }

    /// The part of the line that shows a range of the text.
    fn line_range_of(&self, range: &Range<usize>) -> Option<Range<usize>> {
        let text = self.text_range();
        let (from, to) = (range.start.max(text.start), range.end.min(text.end));
        if from >= to {
            return None;
        }
        let at = |byte: usize| {
            self.line_range
                .start
                .saturating_add(byte.saturating_sub(text.start))
                .min(self.line_range.end)
        };
        Some(match self.source {
            TextSource::Verbatim(_) => at(from)..at(to),
            TextSource::Derived(_) | TextSource::Generated => self.line_range.clone(),
        })
    }
}

/// A mapping in sixteen bytes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PackedMapping {
    line_range: (u32, u32),
    /// The same bytes of the text from the first number on, or a range, with its end plus one.
    source: (u32, Option<NonZero<u32>>),
}

impl PackedMapping {
    pub(crate) fn of(mapping: &SourceMapping) -> Self {
        let pack = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let SourceMapping { line_range, source } = mapping;
        let source = match source {
            TextSource::Generated => (0, NonZero::new(1)),
            TextSource::Verbatim(start) => (pack(*start), None),
            TextSource::Derived(range) => {
                (pack(range.start), NonZero::new(pack(range.end).saturating_add(1)))
            }
        };
        Self { line_range: (pack(line_range.start), pack(line_range.end)), source }
    }

    pub(crate) fn unpack(&self) -> SourceMapping {
        let (start, end) = self.line_range;
        let source = match self.source {
            (start, None) => TextSource::Verbatim(start as usize),
            (start, Some(after)) => {
                let end = after.get().saturating_sub(1);
                TextSource::Derived(start as usize..end as usize)
            }
        };
        SourceMapping { line_range: start as usize..end as usize, source }
    }
}

/// A line with its mappings in order.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct MappedLine {
    pub(crate) line: Line<'static>,
    pub(crate) mappings: Vec<SourceMapping>,
}

impl From<Line<'static>> for MappedLine {
    fn from(line: Line<'static>) -> Self {
        Self { line, mappings: Vec::new() }
    }
}

/// Appends a mapping, or extends the last one.
pub(crate) fn push_mapping(
    marks: &mut Vec<SourceMapping>,
    shown: Range<usize>,
    source: TextSource,
) {
    if source == TextSource::Generated || shown.is_empty() {
        return;
    }
    if let Some(last) = marks.last_mut()
        && last.line_range.end == shown.start
        && last.source.is_continued_by(last.line_range.len(), &source)
    {
        last.line_range.end = shown.end;
        return;
    }
    marks.push(SourceMapping { line_range: shown, source });
}

/// Appends the mappings of a piece at a byte of the line.
pub(crate) fn push_shifted(marks: &mut Vec<SourceMapping>, piece: Vec<SourceMapping>, by: usize) {
    marks.extend(piece.into_iter().map(|mark| {
        let shown =
            mark.line_range.start.saturating_add(by)..mark.line_range.end.saturating_add(by);
        SourceMapping { line_range: shown, ..mark }
    }));
}

/// The bytes of the text at a column of a line. Beside the text it is the empty range at the end of
/// what precedes, else at the start of what follows; `None` without any text.
#[must_use]
pub(crate) fn text_at_column(
    line: &Line<'static>,
    marks: &[SourceMapping],
    column: usize,
) -> Option<Range<usize>> {
    let cell = bytes_at_column(line, column);
    let mut before = None;
    for mark in marks {
        if mark.line_range.contains(&cell.start) {
            return Some(mark.text_range_of(&cell));
        }
        if mark.line_range.start > cell.start {
            let next = mark.text_range().start;
            return Some(before.unwrap_or(next..next));
        }
        let end = mark.text_range().end;
        before = Some(end..end);
    }
    before
}

/// The bytes of a line at a column; the empty range at its end where nothing is drawn.
fn bytes_at_column(line: &Line<'static>, column: usize) -> Range<usize> {
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
pub(crate) fn line_ranges(
    line: &Line<'static>,
    marks: &[SourceMapping],
    range: &Range<usize>,
) -> Vec<Range<usize>> {
    let mut parts: Vec<Range<usize>> = Vec::new();
    if !marks.iter().any(|mark| mark.line_range_of(range).is_some()) {
        return parts;
    }
    let text: String = line.spans.iter().map(|span| span.content.as_ref()).collect();
    for part in marks.iter().filter_map(|mark| mark.line_range_of(range)) {
        // A text rewritten under a selection may have its letters elsewhere.
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

    fn line() -> MappedLine {
        let mut marks = Vec::new();
        // "• 名a √2 b" out of "- 名a $\sqrt2$ b"
        push_mapping(&mut marks, 0..4, TextSource::Derived(0..2));
        push_mapping(&mut marks, 4..7, TextSource::Verbatim(2));
        push_mapping(&mut marks, 7..9, TextSource::Verbatim(5));
        push_mapping(&mut marks, 9..13, TextSource::Derived(7..15));
        push_mapping(&mut marks, 13..15, TextSource::Verbatim(15));
        MappedLine { line: Line::from("• 名a √2 b"), mappings: marks }
    }

    #[test]
    fn a_cell_leads_to_what_it_shows_wide_and_transformed_ones_too() {
        let MappedLine { line, mappings: marks } = line();
        assert_eq!(marks.len(), 4, "letters that go on are one stretch");
        let of = |column| text_at_column(&line, &marks, column).unwrap();
        assert_eq!(of(0), 0..2);
        assert_eq!((of(2), of(3)), (2..5, 2..5), "both halves");
        assert_eq!(of(4), 5..6);
        assert_eq!((of(6), of(7)), (7..15, 7..15));
        assert_eq!(of(9), 16..17);
        assert_eq!(of(40), 17..17, "after the text");
        assert_eq!(text_at_column(&Line::from("───"), &[], 1), None);
    }

    #[test]
    fn a_range_of_the_text_leads_to_the_parts_that_show_it() {
        let MappedLine { line, mappings: marks } = line();
        let parts = |range| line_ranges(&line, &marks, &range).pop().unwrap();
        assert_eq!(parts(2..6), 4..8);
        assert_eq!(parts(8..9), 9..13, "a formula stands out as a whole");
        assert_eq!(parts(0..99), 0..15);
        assert_eq!(parts(3..4), 4..7, "never half a letter");
    }
}
