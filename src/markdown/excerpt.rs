//! A match in its context as plain text: what a reader of the rendered text sees, without the marks of
//! Markdown.

use std::ops::Range;

use pulldown_cmark::{Event, Tag, TagEnd};

use crate::chat::single_spaces::with_single_spaces;
use crate::markdown::event_reader::read_events;
use crate::markdown::text_context::TextContext;

/// A match and the text around it, each on one line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// The text before the match.
    pub before: String,
    /// The text that matches.
    pub matched: String,
    /// The text after the match.
    pub after: String,
}

/// Makes an excerpt of a piece of Markdown. A match in what is not shown, such as the address of a link,
/// is shown as it is written.
#[must_use]
pub fn plain_excerpt(before: &str, matched: &str, after: &str) -> Excerpt {
    let cut = before.strip_prefix('…');
    let begin = cut.unwrap_or(before);
    let source = [begin, matched, after].concat();
    let end = begin.len().saturating_add(matched.len());
    let mut reader = ExcerptReader::new(begin.len()..end);
    read_events(&source, TextContext::default(), |event, range, pieces| match event {
        Event::Text(text) => {
            for piece in pieces {
                let shown = text.get(piece.shown.clone()).unwrap_or_default();
                reader.push(shown, &piece.source);
            }
        }
        Event::Code(text) | Event::InlineMath(text) | Event::DisplayMath(text) => {
            let written = source.get(range.clone()).unwrap_or_default();
            let start = range.start.saturating_add(written.find(&*text).unwrap_or(0));
            reader.push(&text, &(start..start.saturating_add(text.len())));
        }
        Event::InlineHtml(text) | Event::Html(text) => reader.push(&text, &range),
        Event::SoftBreak
        | Event::HardBreak
        | Event::Rule
        | Event::Start(Tag::Item | Tag::TableCell | Tag::CodeBlock(_)) => reader.space(),
        Event::End(end) if !is_inline(end) => reader.space(),
        _ => {}
    });
    let mut excerpt = reader.excerpt().unwrap_or_else(|| Excerpt {
        before: with_single_spaces(begin),
        matched: with_single_spaces(matched),
        after: with_single_spaces(after),
    });
    if cut.is_some() {
        excerpt.before.insert(0, '…');
    }
    excerpt
}

const fn is_inline(end: TagEnd) -> bool {
    matches!(
        end,
        TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image
    )
}

/// Collects the text that is shown, and where in it the match is.
struct ExcerptReader {
    /// The bytes of the match in the source.
    wanted: Range<usize>,
    shown: String,
    found: Option<Range<usize>>,
}

impl ExcerptReader {
    const fn new(wanted: Range<usize>) -> Self {
        Self { wanted, shown: String::new(), found: None }
    }

    fn space(&mut self) {
        if !self.shown.is_empty() && !self.shown.ends_with(' ') {
            self.shown.push(' ');
        }
    }

    /// Adds a text that comes from these bytes of the source.
    fn push(&mut self, text: &str, source: &Range<usize>) {
        let start = self.shown.len();
        self.shown.push_str(text);
        let overlap = source.start.max(self.wanted.start)..source.end.min(self.wanted.end);
        if overlap.is_empty() {
            return;
        }
        // A text that is written differently, such as an entity, matches as a whole.
        let is_verbatim = source.len() == text.len();
        let place = |byte: usize| start.saturating_add(byte.saturating_sub(source.start));
        let part = if is_verbatim {
            place(overlap.start)..place(overlap.end)
        } else {
            start..self.shown.len()
        };
        self.found = Some(match self.found.take() {
            Some(found) => found.start..part.end,
            None => part,
        });
    }

    fn excerpt(self) -> Option<Excerpt> {
        let Range { start, end } = self.found?;
        let part = |range: Range<usize>| self.shown.get(range).map(with_single_spaces);
        Some(Excerpt {
            before: part(0..start)?,
            matched: part(start..end)?,
            after: part(end..self.shown.len())?.trim_end().to_owned(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(before: &str, matched: &str, after: &str) -> (String, String, String) {
        let Excerpt { before, matched, after } = plain_excerpt(before, matched, after);
        (before, matched, after)
    }

    fn texts(before: &str, matched: &str, after: &str) -> (String, String, String) {
        (before.to_owned(), matched.to_owned(), after.to_owned())
    }

    #[test]
    fn an_excerpt_has_the_text_and_none_of_the_marks() {
        let after = " river\ndoes **not** hurry, see [the book](https://a.example/b).";
        let shown = texts("…Chapter 1 ", "The", " river does not hurry, see the book.");
        assert_eq!(parts("…## Chapter 1\n\n", "The", after), shown);
        let shown = texts("a code and link to ", "the", " book");
        assert_eq!(parts("~~a~~ `code` and [link to ", "the", " book](https://x.y)"), shown);
        assert_eq!(
            parts("- one\n- two ", "three", "\n- four"),
            texts("one two ", "three", " four")
        );
        assert_eq!(parts("| a | b |\n|---|---|\n| c ", "d", " | e |"), texts("a b c ", "d", " e"));
    }

    #[test]
    fn a_match_may_reach_over_marks_or_stand_in_what_is_not_shown() {
        assert_eq!(
            parts("it is **ve", "ry** im", "portant"),
            texts("it is ve", "ry im", "portant")
        );
        assert_eq!(parts("use `fo", "o(", ")` here"), texts("use fo", "o(", ") here"));
        let (_, matched, _) = parts("[text](https://", "fruit", ".example) here");
        assert_eq!(matched, "fruit");
        assert_eq!(parts("", "x", ""), texts("", "x", ""));
        assert_eq!(parts("a &amp; ", "b", " \n c"), texts("a & ", "b", " c"));
    }

    #[test]
    fn a_text_without_marks_stays_as_it_is() {
        assert_eq!(
            parts("2 * 3 = ", "6", ", snake_case_name"),
            texts("2 * 3 = ", "6", ", snake_case_name")
        );
    }
}
