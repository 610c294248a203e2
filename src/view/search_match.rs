//! Matches in laid out lines. Finds them in the text, as [`crate::app`] counts them, and not on
//! screen.

use std::collections::HashMap;
use std::ops::Range;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::DetailsDisplay;
use crate::markdown::{self, TextFormat, Words};

use crate::view::markdown::RenderedLines;
use crate::view::source_map;

/// A match as parts of lines, several where it is wrapped.
pub(crate) type SearchMatch = Vec<(usize, Range<usize>)>;

/// Cached matches by message.
#[derive(Debug, Default)]
pub(crate) struct SearchMatchCache {
    needle: String,
    by_message: HashMap<(usize, DetailsDisplay), Vec<SearchMatch>>,
    /// The matches in the live answer, and its length in bytes.
    live: Option<(usize, Vec<SearchMatch>)>,
}

impl SearchMatchCache {
    /// Clears the cache, because lines have changed.
    pub(crate) fn clear(&mut self) {
        self.by_message.clear();
        self.live = None;
    }

    /// Finds text in a message once; later calls with the same needle return what was found.
    pub(crate) fn matches_in_message(
        &mut self,
        key: usize,
        needle: &str,
        details: DetailsDisplay,
        find: impl FnOnce() -> Vec<SearchMatch>,
    ) -> &[SearchMatch] {
        self.set_query(needle);
        self.by_message.entry((key, details)).or_insert_with(find)
    }

    /// The matches in the live answer; found again when it has grown.
    pub(crate) fn live_matches(
        &mut self,
        needle: &str,
        text: &str,
        rows: &[&RenderedLines],
    ) -> &[SearchMatch] {
        self.set_query(needle);
        let cached = self.live.take().filter(|(bytes, _)| *bytes == text.len());
        let (_, matches) = self.live.insert(cached.unwrap_or_else(|| {
            let text_and_format = (text, TextFormat::Markdown);
            (text.len(), find_matches(text_and_format, needle, rows))
        }));
        matches
    }

    fn set_query(&mut self, needle: &str) {
        if self.needle != needle {
            self.clear();
            needle.clone_into(&mut self.needle);
        }
    }
}

/// Finds text in lines. A match that is not visible, such as the hidden address of a link, is an
/// empty range of the line where it would be.
#[must_use]
pub(crate) fn find_matches(
    (text, format): (&str, TextFormat),
    needle: &str,
    rows: &[&RenderedLines],
) -> Vec<SearchMatch> {
    let found = markdown::find_matches(text, format, &Words::of(needle));
    if found.is_empty() {
        return Vec::new();
    }
    let lines: Vec<(&RenderedLines, usize)> =
        rows.iter().flat_map(|rows| (0..rows.len()).map(move |at| (*rows, at))).collect();
    let mut shown: Vec<(Range<usize>, usize)> = Vec::new();
    for (line, (rows, at)) in lines.iter().enumerate() {
        let marks = rows.source_map(*at).unwrap_or_default();
        shown.extend(marks.iter().map(|mark| (mark.text_range(), line)));
    }
    shown.sort_by_key(|(text, _)| text.start);
    let on_lines = |range: Range<usize>| {
        let first = shown.partition_point(|(text, _)| text.end <= range.start);
        let near = shown.get(first..).unwrap_or_default();
        let touched = near.iter().take_while(|(text, _)| text.start < range.end);
        let mut on: Vec<usize> = touched.map(|(_, line)| *line).collect();
        on.sort_unstable();
        on.dedup();
        let part = |line: usize| {
            let (rows, at) = lines.get(line)?;
            let (drawn, marks) = (rows.line(*at)?, rows.source_map(*at)?);
            Some(
                source_map::line_ranges(&drawn, &marks, &range)
                    .into_iter()
                    .map(move |part| (line, part)),
            )
        };
        let parts: SearchMatch = on.into_iter().filter_map(part).flatten().collect();
        if parts.is_empty() {
            let line = near.first().map_or(lines.len().saturating_sub(1), |(_, line)| *line);
            return vec![(line, 0..0)];
        }
        parts
    };
    found.into_iter().map(on_lines).collect()
}

/// Changes the style of a part of a line.
pub(crate) fn highlight_range(line: &mut Line<'static>, part: &Range<usize>, style: Style) {
    let mut spans = Vec::with_capacity(line.spans.len().saturating_add(2));
    let mut at = 0_usize;
    for span in std::mem::take(&mut line.spans) {
        let end = at.saturating_add(span.content.len());
        let from = part.start.clamp(at, end).saturating_sub(at);
        let to = part.end.clamp(at, end).saturating_sub(at);
        if from >= to {
            spans.push(span);
        } else {
            let piece = |range: Range<usize>, style| {
                let text = span.content.get(range).unwrap_or_default();
                (!text.is_empty()).then(|| Span::styled(text.to_owned(), style))
            };
            spans.extend(piece(0..from, span.style));
            spans.extend(piece(from..to, span.style.patch(style)));
            spans.extend(piece(to..span.content.len(), span.style));
        }
        at = end;
    }
    line.spans = spans;
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::markdown::TextEnd;
    use crate::settings::{Theme, ThemeName};
    use ratatui::style::{Color, Style};

    #[test]
    fn a_match_broken_over_lines_is_found_and_marked_on_both() {
        let theme = Theme::built_in(ThemeName::Dark);
        let text = "- say **two**\n  words here, [a](https://x.example/two-words)\n";
        let rows = crate::view::markdown::render(text, TextEnd::Open, 12, &theme);
        let found = find_matches((text, TextFormat::Markdown), "two words", &[&rows]);
        assert_eq!(found.len(), 1);
        let shown = |ranges: &SearchMatch| -> Vec<String> {
            let part = |(line, part): &(usize, Range<usize>)| {
                rows.lines()[*line].to_string()[part.clone()].to_owned()
            };
            ranges.iter().map(part).collect()
        };
        assert_eq!(shown(&found[0]), ["two", "words"]);
        let address: String =
            shown(&find_matches((text, TextFormat::Markdown), "two-words", &[&rows])[0]).concat();
        assert_eq!(address, "two-words");
        let text = "- see [the book](https://a.example/b) **first**\n- then";
        let rows = crate::view::markdown::render(text, TextEnd::Open, 60, &theme);
        let parts: Vec<SearchMatch> =
            find_matches((text, TextFormat::Markdown), "book first then", &[&rows]);
        let lines: Vec<usize> = parts[0].iter().map(|(line, _)| *line).collect();
        assert_eq!((parts.len(), lines.first(), lines.last()), (1, Some(&0), Some(&1)));
        let hidden = "one\n\n[r]: https://hidden.example\n\ntwo\n";
        let rows = crate::view::markdown::render(hidden, TextEnd::Open, 12, &theme);
        let at = &find_matches((hidden, TextFormat::Markdown), "hidden", &[&rows])[0];
        assert_eq!((rows.lines()[at[0].0].to_string(), at[0].1.clone()), ("two".into(), 0..0));
    }

    #[test]
    fn marking_keeps_every_style_around_it() {
        let bold = Style::new().bold();
        let mut line = Line::from(vec![Span::raw("ab"), Span::styled("cd", bold)]);
        highlight_range(&mut line, &(1..3), Style::new().bg(Color::Red));
        let texts: Vec<&str> = line.spans.iter().map(|span| &*span.content).collect();
        assert_eq!(texts, ["a", "b", "c", "d"]);
        assert_eq!(line.spans[3].style, bold);
        assert_eq!(line.spans[2].style, bold.bg(Color::Red));
    }
}
