//! Where what is looked for stands in laid out lines, and how it stands out there.
//! May not look for it anywhere else; the brain counts in the text as stored.

use std::collections::HashMap;
use std::ops::Range;

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::fold::Folded;

/// One place: parts of lines, more than one where the place is broken over lines.
pub type Place = Vec<(usize, Range<usize>)>;

/// Places in messages, kept from frame to frame.
#[derive(Debug, Default)]
pub struct Found {
    needle: String,
    of: HashMap<usize, Vec<Place>>,
}

impl Found {
    /// Forgets everything, because lines have changed.
    pub fn clear(&mut self) {
        self.of.clear();
    }

    /// The places in a message, worked out at the first asking.
    pub fn places(&mut self, key: usize, needle: &str, lines: &[Line<'static>]) -> &[Place] {
        if self.needle != needle {
            self.of.clear();
            needle.clone_into(&mut self.needle);
        }
        self.of.entry(key).or_insert_with(|| places(lines, needle))
    }
}

/// The places in lines.
#[must_use]
pub fn places(lines: &[Line<'static>], needle: &str) -> Vec<Place> {
    let mut text = String::new();
    let mut starts = Vec::with_capacity(lines.len());
    for line in lines {
        starts.push(text.len());
        for span in &line.spans {
            text.push_str(&span.content);
        }
        text.push('\n');
    }
    let on_lines = |place: Range<usize>| {
        let first = starts.partition_point(|start| *start <= place.start).saturating_sub(1);
        let mut parts = Vec::new();
        for (line, start) in starts.iter().enumerate().skip(first) {
            if *start >= place.end {
                break;
            }
            let next = starts.get(line.saturating_add(1)).copied().unwrap_or(text.len());
            let from = place.start.max(*start).saturating_sub(*start);
            let to = place.end.min(next.saturating_sub(1)).saturating_sub(*start);
            if from < to {
                parts.push((line, from..to));
            }
        }
        parts
    };
    Folded::new(&text).places(needle, &text).map(on_lines).collect()
}

/// Lets a part of a line stand out.
pub fn mark(line: &mut Line<'static>, part: &Range<usize>, style: Style) {
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
    use ratatui::style::{Color, Style};

    #[test]
    fn a_place_broken_over_lines_is_found_and_marked_on_both() {
        let lines = [Line::from("say two"), Line::from("  Words here")];
        let found = places(&lines, "two words");
        assert_eq!(found, [vec![(0, 4..7), (1, 0..7)]]);
        let mut second = lines[1].clone();
        mark(&mut second, &found[0][1].1, Style::new().bg(Color::Red));
        assert_eq!(second.to_string(), "  Words here");
        assert_eq!(second.spans.len(), 2);
        assert_eq!(second.spans[0].style.bg, Some(Color::Red));
    }

    #[test]
    fn marking_keeps_every_style_around_it() {
        let bold = Style::new().bold();
        let mut line = Line::from(vec![Span::raw("ab"), Span::styled("cd", bold)]);
        mark(&mut line, &(1..3), Style::new().bg(Color::Red));
        let texts: Vec<&str> = line.spans.iter().map(|span| &*span.content).collect();
        assert_eq!(texts, ["a", "b", "c", "d"]);
        assert_eq!(line.spans[3].style, bold);
        assert_eq!(line.spans[2].style, bold.bg(Color::Red));
    }
}
