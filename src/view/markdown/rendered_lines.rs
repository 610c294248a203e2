//! Lines with their source positions, so that a selection can be copied as source.
//!
//! They are packed: a message of many megabytes has hundreds of thousands of lines, of which a frame
//! shows a few.

use std::ops::Range;

use ratatui::layout::Alignment;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::settings::Theme;
use crate::view::source_map::{MappedLine, PackedMapping, SourceMapping};

/// How many of the last styles a new one is compared with.
const RECENT_STYLES: usize = 16;

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
#[derive(Debug, Clone, Default)]
pub struct RenderedLines {
    rows: Vec<PackedLine>,
    /// What all lines say, joined without line breaks.
    text: String,
    spans: Vec<PackedSpan>,
    styles: Vec<Style>,
    mappings: Vec<PackedMapping>,
    /// The addresses of its links; the lines are marked with their numbers.
    pub(crate) links: Vec<String>,
}

/// A line; what it has begins where that of the line before ends.
#[derive(Debug, Clone, Copy)]
struct PackedLine {
    spans_end: u32,
    mappings_end: u32,
    style: u32,
    alignment: Option<Alignment>,
    source: (u32, u32),
    block: (u32, u32),
    code_block: u32,
}

/// A piece of a line in one style; its text begins where that of the span before ends.
#[derive(Debug, Clone, Copy)]
struct PackedSpan {
    text_end: u32,
    style: u32,
}

impl LineOrigin {
    #[must_use]
    pub(crate) fn of(source: Range<usize>) -> Self {
        Self { block: source.clone(), source, code_block: 0 }
    }
}

impl RenderedLines {
    pub(crate) fn push(&mut self, line: impl Into<MappedLine>, origin: &LineOrigin) {
        let MappedLine { line, mappings } = line.into();
        for Span { content, style } in &line.spans {
            self.text.push_str(content);
            let style = self.number_of(*style);
            self.spans.push(PackedSpan { text_end: pack(self.text.len()), style });
        }
        self.mappings.extend(mappings.iter().map(PackedMapping::of));
        let style = self.number_of(line.style);
        self.rows.push(PackedLine {
            spans_end: pack(self.spans.len()),
            mappings_end: pack(self.mappings.len()),
            style,
            alignment: line.alignment,
            source: (pack(origin.source.start), pack(origin.source.end)),
            block: (pack(origin.block.start), pack(origin.block.end)),
            code_block: pack(origin.code_block),
        });
    }

    pub(crate) fn extend(&mut self, lines: Vec<MappedLine>, origin: &LineOrigin) {
        for line in lines {
            self.push(line, origin);
        }
    }

    pub(crate) fn append(&mut self, mut more: Self) {
        let (text, spans) = (pack(self.text.len()), pack(self.spans.len()));
        let mappings = pack(self.mappings.len());
        let styles: Vec<u32> = more.styles.iter().map(|style| self.number_of(*style)).collect();
        let style_of = |number: u32| styles.get(unpack(number)).copied().unwrap_or_default();
        self.text.push_str(&more.text);
        self.spans.extend(more.spans.iter().map(|span| PackedSpan {
            text_end: span.text_end.saturating_add(text),
            style: style_of(span.style),
        }));
        self.mappings.append(&mut more.mappings);
        self.rows.extend(more.rows.iter().map(|row| PackedLine {
            spans_end: row.spans_end.saturating_add(spans),
            mappings_end: row.mappings_end.saturating_add(mappings),
            style: style_of(row.style),
            ..*row
        }));
        self.links.append(&mut more.links);
    }

    /// Sets the number of the code block of the lines from one on.
    pub(crate) fn set_code_block(&mut self, from: usize, number: usize) {
        for row in self.rows.iter_mut().skip(from) {
            row.code_block = pack(number);
        }
    }

    /// Gives back the memory that was kept for more lines.
    pub(crate) fn shrink_to_fit(&mut self) {
        self.rows.shrink_to_fit();
        self.text.shrink_to_fit();
        self.spans.shrink_to_fit();
        self.mappings.shrink_to_fit();
    }

    /// The number of lines.
    #[must_use]
    pub(crate) const fn len(&self) -> usize {
        self.rows.len()
    }

    /// Returns `true` for a text without anything visible.
    #[must_use]
    pub(crate) const fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Unpacks the line at an index; `None` behind the last.
    #[must_use]
    pub(crate) fn line(&self, at: usize) -> Option<Line<'static>> {
        let row = self.rows.get(at)?;
        let first = self.row_before(at).map_or(0, |row| unpack(row.spans_end));
        let mut start = self.span_before(first).map_or(0, |span| unpack(span.text_end));
        let mut spans = Vec::with_capacity(unpack(row.spans_end).saturating_sub(first));
        for span in self.spans.get(first..unpack(row.spans_end))? {
            let end = unpack(span.text_end);
            let content = self.text.get(start..end)?.to_owned();
            spans.push(Span::styled(content, self.style(span.style)));
            start = end;
        }
        Some(Line { style: self.style(row.style), alignment: row.alignment, spans })
    }

    /// Unpacks every line, as exports and tests need them.
    #[must_use]
    pub fn lines(&self) -> Vec<Line<'static>> {
        self.lines_from(0)
    }

    /// Unpacks the lines from an index to the end.
    #[must_use]
    pub(crate) fn lines_from(&self, first: usize) -> Vec<Line<'static>> {
        (first..self.len()).filter_map(|at| self.line(at)).collect()
    }

    /// The source of a line.
    #[must_use]
    pub(crate) fn origin(&self, at: usize) -> Option<LineOrigin> {
        let row = self.rows.get(at)?;
        let range = |(start, end): (u32, u32)| unpack(start)..unpack(end);
        Some(LineOrigin {
            source: range(row.source),
            block: range(row.block),
            code_block: unpack(row.code_block),
        })
    }

    /// The source of an empty row that ends the background of the code just written; `None` behind a
    /// label without code, and where code has no background.
    #[must_use]
    pub(crate) fn below_code(&self, theme: &Theme) -> Option<LineOrigin> {
        theme.panel.bg?;
        let [above, last] = [2, 1].map(|back| self.origin(self.len().checked_sub(back)?));
        let LineOrigin { source, code_block, .. } = last.filter(|it| it.code_block > 0)?;
        // A label alone is no code.
        let has_code = above.is_some_and(|above| above.code_block == code_block);
        let end = source.end..source.end;
        has_code.then_some(LineOrigin { source: end.clone(), block: end, code_block })
    }

    /// Whether the last line is one of a code block.
    #[must_use]
    pub(crate) fn ends_with_code(&self) -> bool {
        let last = self.len().checked_sub(1).and_then(|last| self.origin(last));
        last.is_some_and(|it| it.code_block > 0)
    }

    /// The sources of all lines.
    pub(crate) fn origins(&self) -> impl Iterator<Item = LineOrigin> + '_ {
        (0..self.len()).filter_map(|at| self.origin(at))
    }

    /// What the parts of a line show of the text.
    #[must_use]
    pub(crate) fn source_map(&self, at: usize) -> Option<Vec<SourceMapping>> {
        let row = self.rows.get(at)?;
        let first = self.row_before(at).map_or(0, |row| unpack(row.mappings_end));
        let mappings = self.mappings.get(first..unpack(row.mappings_end))?;
        Some(mappings.iter().map(PackedMapping::unpack).collect())
    }

    /// What the lines before one show of the text.
    pub(crate) fn mappings_before(
        &self,
        at: usize,
    ) -> impl DoubleEndedIterator<Item = SourceMapping> + '_ {
        let row = self.row_before(at.min(self.len()));
        let end = row.map_or(0, |row| unpack(row.mappings_end));
        self.mappings.get(..end).unwrap_or_default().iter().map(PackedMapping::unpack)
    }

    fn row_before(&self, at: usize) -> Option<&PackedLine> {
        self.rows.get(at.checked_sub(1)?)
    }

    fn span_before(&self, at: usize) -> Option<&PackedSpan> {
        self.spans.get(at.checked_sub(1)?)
    }

    fn style(&self, number: u32) -> Style {
        self.styles.get(unpack(number)).copied().unwrap_or_default()
    }

    /// The number of a style; one that was not used lately gets a new one.
    fn number_of(&mut self, style: Style) -> u32 {
        let first = self.styles.len().saturating_sub(RECENT_STYLES);
        let recent = self.styles.get(first..).unwrap_or_default();
        if let Some(at) = recent.iter().rposition(|known| *known == style) {
            return pack(first.saturating_add(at));
        }
        self.styles.push(style);
        pack(self.styles.len().saturating_sub(1))
    }
}

/// Takes the visible ones of the next `count` lines: without the first `skip`, and no more than `room`
/// together with those that are there.
pub(crate) fn push_visible_lines(
    out: &mut Vec<Line<'static>>,
    skip: &mut usize,
    room: usize,
    count: usize,
    line: impl Fn(usize) -> Option<Line<'static>>,
) {
    let left = room.saturating_sub(out.len());
    out.extend((*skip..count).take(left).filter_map(line));
    *skip = skip.saturating_sub(count);
}

/// A number of a packed table; no message has four billion bytes.
fn pack(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

const fn unpack(number: u32) -> usize {
    number as usize
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::view::source_map::{TextSource, push_mapping};
    use ratatui::style::Color;

    /// A line with a style, a link's number and sources of both kinds.
    fn line(number: usize) -> (MappedLine, LineOrigin) {
        let mut mappings = Vec::new();
        push_mapping(&mut mappings, 0..2, TextSource::Derived(number..number + 3));
        push_mapping(&mut mappings, 2..5, TextSource::Verbatim(number + 3));
        let color = Color::Indexed(u8::try_from(number % 40).unwrap());
        let spans = vec![Span::raw("• "), Span::styled("名", Style::new().fg(color))];
        let line = Line::from(spans).style(Style::new().bg(color));
        let origin = LineOrigin { source: number..number + 6, block: 0..90, code_block: number };
        (MappedLine { line, mappings }, origin)
    }

    #[test]
    fn what_is_packed_is_what_comes_out_also_after_it_was_appended() {
        let (mut all, mut parts) = (Vec::new(), RenderedLines::default());
        for number in 0..9 {
            let mut part = RenderedLines::default();
            for number in number * 10..number * 10 + number {
                let (line, origin) = line(number);
                part.push(line.clone(), &origin);
                all.push((line, origin));
            }
            part.push(Line::default(), &LineOrigin::default());
            all.push((MappedLine::default(), LineOrigin::default()));
            parts.append(part);
        }
        assert_eq!(parts.len(), all.len());
        let mut before = Vec::new();
        for (at, (line, origin)) in all.iter().enumerate() {
            assert_eq!(parts.line(at).as_ref(), Some(&line.line));
            assert_eq!(parts.source_map(at).as_ref(), Some(&line.mappings));
            assert_eq!(parts.origin(at).as_ref(), Some(origin));
            assert_eq!(parts.mappings_before(at).collect::<Vec<_>>(), before);
            before.extend(line.mappings.clone());
        }
        assert_eq!(parts.line(all.len()), None);
    }
}
