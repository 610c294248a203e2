//! Placeholder characters in the parser's input, which are removed from its output.

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Tag};

/// Control characters that take one byte, as a pipe does, and have no meaning in Markdown.
const PIPE_PLACEHOLDERS: &[char] =
    &['\u{1f}', '\u{1e}', '\u{1d}', '\u{1c}', '\u{1}', '\u{2}', '\u{3}'];
/// Unicode noncharacters, which the parser treats as letters.
const LETTER_PLACEHOLDERS: &[char] = &['\u{fdd0}', '\u{fdd1}', '\u{fdd2}', '\u{fdd3}'];
/// Punctuation of extinct scripts (Ugaritic, Old Persian, Aramaic, Phoenician).
const PUNCTUATION_PLACEHOLDERS: &[char] = &['\u{1039f}', '\u{103d0}', '\u{10857}', '\u{1091f}'];

/// The placeholders in use for one text; each is a character that the text does not have.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Placeholders {
    /// Stands for a pipe that does not separate cells.
    pub(super) pipe: Option<char>,
    /// A letter and a punctuation mark that stand for nothing: they are removed again.
    pub(super) padding: Option<[char; 2]>,
}

/// Returns the first candidate that a text does not have.
fn first_unused(candidates: &[char], source: &str) -> Option<char> {
    candidates.iter().copied().find(|candidate| !source.contains(*candidate))
}

impl Placeholders {
    pub(super) fn choose_pipe(&mut self, source: &str) -> Option<char> {
        self.pipe = first_unused(PIPE_PLACEHOLDERS, source);
        self.pipe
    }

    pub(super) fn choose_padding(&mut self, source: &str) -> Option<[char; 2]> {
        self.padding = first_unused(LETTER_PLACEHOLDERS, source)
            .zip(first_unused(PUNCTUATION_PLACEHOLDERS, source))
            .map(|(letter, punctuation)| [letter, punctuation]);
        self.padding
    }

    /// Returns a text of the parser's output as it was written.
    pub(super) fn restore_text<'a>(&self, text: CowStr<'a>) -> CowStr<'a> {
        let mut text = text;
        if let Some(padding) = self.padding.filter(|padding| text.contains(padding)) {
            text = CowStr::from(text.replace(padding, ""));
        }
        match self.pipe {
            Some(pipe) if text.contains(pipe) => CowStr::from(text.replace(pipe, "|")),
            _ => text,
        }
    }

    /// Returns an event of the parser with its texts as they were written.
    pub(super) fn restore_event<'a>(&self, event: Event<'a>) -> Event<'a> {
        if self.pipe.is_none() && self.padding.is_none() {
            return event;
        }
        let text = |text| self.restore_text(text);
        match event {
            Event::Code(value) => Event::Code(text(value)),
            Event::InlineMath(value) => Event::InlineMath(text(value)),
            Event::DisplayMath(value) => Event::DisplayMath(text(value)),
            Event::Html(value) => Event::Html(text(value)),
            Event::InlineHtml(value) => Event::InlineHtml(text(value)),
            Event::FootnoteReference(value) => Event::FootnoteReference(text(value)),
            Event::Start(Tag::FootnoteDefinition(value)) => {
                Event::Start(Tag::FootnoteDefinition(text(value)))
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(value))) => {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(text(value))))
            }
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let (dest_url, title, id) = (text(dest_url), text(title), text(id));
                Event::Start(Tag::Link { link_type, dest_url, title, id })
            }
            Event::Start(Tag::Image { link_type, dest_url, title, id }) => {
                let (dest_url, title, id) = (text(dest_url), text(title), text(id));
                Event::Start(Tag::Image { link_type, dest_url, title, id })
            }
            event => event,
        }
    }
}
