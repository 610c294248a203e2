//! Characters that stand for something in what the parser reads, and never leave it.
//! Must not be characters that the text has.

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Tag};

/// Control characters, one byte as a pipe is, which have no meaning in Markdown.
const PIPE_PLACEHOLDERS: &[char] =
    &['\u{1f}', '\u{1e}', '\u{1d}', '\u{1c}', '\u{1}', '\u{2}', '\u{3}'];
/// Characters that nothing is written with, which the parser takes for letters.
const LETTER_PLACEHOLDERS: &[char] = &['\u{fdd0}', '\u{fdd1}', '\u{fdd2}', '\u{fdd3}'];
/// Punctuation of scripts that died out (Ugaritic, Old Persian, Aramaic, Phoenician).
const PUNCTUATION_PLACEHOLDERS: &[char] = &['\u{1039f}', '\u{103d0}', '\u{10857}', '\u{1091f}'];

/// The characters that stand for something in one text.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Placeholders {
    /// A pipe that divides no cells.
    pub(super) pipe: Option<char>,
    /// A letter and a punctuation mark that were added.
    pub(super) padding: Option<[char; 2]>,
}

/// Returns the first of some characters that a text does not have.
fn first_unused(of: &[char], source: &str) -> Option<char> {
    of.iter().copied().find(|sign| !source.contains(*sign))
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

    /// Returns a text as it was written.
    pub(super) fn restore_text<'a>(&self, text: CowStr<'a>) -> CowStr<'a> {
        let mut text = text;
        if let Some(added) = self.padding.filter(|added| text.contains(added)) {
            text = CowStr::from(text.replace(added, ""));
        }
        match self.pipe {
            Some(sign) if text.contains(sign) => CowStr::from(text.replace(sign, "|")),
            _ => text,
        }
    }

    /// Returns an event with its texts as they were written.
    pub(super) fn restore_event<'a>(&self, event: Event<'a>) -> Event<'a> {
        if self.pipe.is_none() && self.padding.is_none() {
            return event;
        }
        let text = |text| self.restore_text(text);
        match event {
            Event::Code(it) => Event::Code(text(it)),
            Event::InlineMath(it) => Event::InlineMath(text(it)),
            Event::DisplayMath(it) => Event::DisplayMath(text(it)),
            Event::Html(it) => Event::Html(text(it)),
            Event::InlineHtml(it) => Event::InlineHtml(text(it)),
            Event::FootnoteReference(it) => Event::FootnoteReference(text(it)),
            Event::Start(Tag::FootnoteDefinition(it)) => {
                Event::Start(Tag::FootnoteDefinition(text(it)))
            }
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(it))) => {
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(text(it))))
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
