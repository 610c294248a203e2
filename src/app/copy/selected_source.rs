//! The Markdown source of a selection: the text between its ends, and the marks around elements
//! that are selected as a whole.

use std::ops::Range;

use crate::markdown::{CodeBlockKind, Event, Tag, TextContext, TextPiece, read_events};

/// An element of Markdown being read.
struct Element {
    kind: ElementKind,
    full_range: Range<usize>,
    /// From its first to its last visible byte.
    content: Option<Range<usize>>,
    /// The lines of a code block.
    code: Vec<Range<usize>>,
}

/// When the marks of an element are copied.
#[derive(Clone, Copy, PartialEq, Eq)]
enum ElementKind {
    /// With more than its text.
    Inline,
    /// With all of its text.
    Leaf,
    /// With its opening mark.
    Container,
    /// Like a container; its lines alone are copied as code.
    Fenced,
    /// It has no marks; its lines alone are copied as code.
    Indented,
}

/// Returns the part of a Markdown text that a range of it selects.
#[must_use]
pub fn selected_markdown(text: &str, range: Range<usize>) -> String {
    let mut reader = SelectionReader { text, range, open: Vec::new(), code: None };
    read_events(text, TextContext::default(), |event, span, pieces| {
        reader.handle_event(event, span, pieces);
    });
    let SelectionReader { range, code, .. } = reader;
    code.unwrap_or_else(|| text.get(range).unwrap_or_default().to_owned())
}

struct SelectionReader<'a> {
    text: &'a str,
    range: Range<usize>,
    open: Vec<Element>,
    /// The text to copy where only code is selected.
    code: Option<String>,
}

impl SelectionReader<'_> {
    fn handle_event(&mut self, event: Event<'_>, span: Range<usize>, pieces: &[TextPiece]) {
        match event {
            Event::Start(tag) => self.open.push(Element {
                kind: element_kind(&tag),
                full_range: span,
                content: None,
                code: Vec::new(),
            }),
            Event::End(_) => {
                if let Some(element) = self.open.pop() {
                    self.close_element(element);
                }
            }
            Event::Code(_) => {
                let written = self.text.get(span.clone()).unwrap_or_default();
                let marks = written.bytes().take_while(|byte| *byte == b'`').count();
                let inner = span.start.saturating_add(marks)..span.end.saturating_sub(marks);
                self.extend_content(&inner);
                let (kind, code) = (ElementKind::Inline, Vec::new());
                self.close_element(Element { kind, full_range: span, content: Some(inner), code });
            }
            Event::Text(_) => {
                for piece in pieces {
                    self.extend_content(&piece.source);
                }
            }
            Event::SoftBreak | Event::HardBreak => {}
            Event::InlineMath(_)
            | Event::DisplayMath(_)
            | Event::Html(_)
            | Event::InlineHtml(_)
            | Event::FootnoteReference(_)
            | Event::Rule
            | Event::TaskListMarker(_) => self.extend_content(&span),
        }
    }

    /// Adds a visible range to every open element.
    fn extend_content(&mut self, span: &Range<usize>) {
        for element in &mut self.open {
            let content = element.content.get_or_insert_with(|| span.clone());
            content.start = content.start.min(span.start);
            content.end = content.end.max(span.end);
        }
        if let Some(block) = self.open.last_mut()
            && matches!(block.kind, ElementKind::Fenced | ElementKind::Indented)
        {
            block.code.push(span.clone());
        }
    }

    /// Extends the selection by the marks of an element whose text it contains.
    fn close_element(&mut self, element: Element) {
        let Element { kind, full_range: outer, content, code } = element;
        let trimmed = self.text.get(outer.clone()).map_or(0, |text| text.trim_end().len());
        let block = outer.start..outer.start.saturating_add(trimmed);
        let range = &mut self.range;
        let Some(content) = content else {
            // Only the label of an empty block is visible.
            if kind == ElementKind::Fenced && range.start <= block.start && range.end > block.start
            {
                range.end = range.end.max(block.end);
            }
            return;
        };
        let within = content.start <= range.start && range.end <= content.end;
        if !code.is_empty() && within {
            self.code = Some(join_lines(self.text, range, &code));
            return;
        }
        let end = match kind {
            // The last line break of code is not visible.
            ElementKind::Fenced | ElementKind::Indented => {
                let seen = self.text.get(content.clone()).map_or(0, |text| text.trim_end().len());
                content.start.saturating_add(seen)
            }
            ElementKind::Inline | ElementKind::Leaf | ElementKind::Container => content.end,
        };
        if range.start > content.start || range.end < end {
            return;
        }
        let loaded = range.start < content.start;
        let more = match kind {
            ElementKind::Inline if loaded || range.end > content.end => outer,
            ElementKind::Leaf => block,
            ElementKind::Container | ElementKind::Fenced if loaded => block,
            ElementKind::Inline
            | ElementKind::Container
            | ElementKind::Fenced
            | ElementKind::Indented => return,
        };
        range.start = range.start.min(more.start);
        range.end = range.end.max(more.end);
    }
}

fn join_lines(text: &str, range: &Range<usize>, lines: &[Range<usize>]) -> String {
    let part = |line: &Range<usize>| {
        let part = line.start.max(range.start)..line.end.min(range.end);
        text.get(part).unwrap_or_default()
    };
    lines.iter().filter(|line| line.start < range.end && range.start < line.end).map(part).collect()
}

const fn element_kind(tag: &Tag<'_>) -> ElementKind {
    match tag {
        Tag::Emphasis
        | Tag::Strong
        | Tag::Strikethrough
        | Tag::Superscript
        | Tag::Subscript
        | Tag::Link { .. }
        | Tag::Image { .. } => ElementKind::Inline,
        Tag::CodeBlock(CodeBlockKind::Fenced(_)) => ElementKind::Fenced,
        Tag::CodeBlock(CodeBlockKind::Indented) => ElementKind::Indented,
        Tag::BlockQuote(_) | Tag::List(_) | Tag::Item | Tag::FootnoteDefinition(_) => {
            ElementKind::Container
        }
        _ => ElementKind::Leaf,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The source of a selection from the first to the last of these words.
    fn selected(text: &str, first: &str, last: &str) -> String {
        let start = text.find(first).unwrap();
        let end = start + text[start..].find(last).unwrap() + last.len();
        selected_markdown(text, start..end)
    }

    #[test]
    fn marks_come_along_with_what_they_stand_around_and_more() {
        let text = "Some **bold** text with `code`, [a link](https://a.b) and *more*.\n";
        assert_eq!(selected(text, "bold", "bold"), "bold");
        assert_eq!(selected(text, "bold", "text"), "**bold** text");
        assert_eq!(selected(text, "code", "link"), "`code`, [a link](https://a.b)");
        assert_eq!(selected(text, "a link", "a.b"), "[a link](https://a.b)");
        assert_eq!(selected(text, "old", "text"), "old** text");
        assert_eq!(selected(text, "Some", "more*."), text.trim_end());
        assert_eq!(selected("***both*** x", "both", "x"), "***both*** x");
    }

    #[test]
    fn whole_blocks_keep_the_marks_they_begin_and_end_with() {
        let text = "# Title #\n\nText.\n\n- one\n- two\n\n> said\n> twice\n\n| a | b |\n|---|---|\n| 1 | 2 |\n";
        assert_eq!(selected(text, "Title", "Title"), "# Title #");
        assert_eq!(selected(text, "itle", "Text."), "itle #\n\nText.");
        assert_eq!(selected(text, "one", "two"), "one\n- two");
        assert_eq!(selected(text, "- one", "two"), "- one\n- two");
        assert_eq!(selected(text, "one", "one"), "one");
        assert_eq!(selected(text, "said", "twice"), "said\n> twice");
        assert_eq!(selected(text, "> said", "twice"), "> said\n> twice");
        assert_eq!(selected(text, "1 ", "2"), "| 1 | 2 |");
        assert_eq!(selected(text, "a |", "2"), "| a | b |\n|---|---|\n| 1 | 2 |");
    }

    #[test]
    fn code_alone_is_code_and_with_what_is_around_it_a_block() {
        let text = "Run:\n\n```sh\nmake\n  all\n```\n\nDone.\n";
        assert_eq!(selected(text, "make", "all"), "make\n  all");
        assert_eq!(selected(text, "```sh", "all"), "```sh\nmake\n  all\n```");
        assert_eq!(selected(text, "Run", "all"), "Run:\n\n```sh\nmake\n  all\n```");
        assert_eq!(selected(text, "all", "Done."), "all\n```\n\nDone.");
        let nested = "- in a list\n\n  ```\n  x = 1\n  if y:\n    z\n  ```\n";
        assert_eq!(selected(nested, "x = 1", "z"), "x = 1\nif y:\n  z");
        assert_eq!(selected("```sh\n```\nx", "```sh", "```sh"), "```sh\n```");
    }
}
