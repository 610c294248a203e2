//! What the parser reads in place of a text, where the dialect means more than the parser knows.
//! Must not move a byte: what the parser says of its input must hold for the text.

use std::borrow::Cow;
use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, CowStr, Event, Tag};

use super::formula::formula_brackets;
use super::table_pipes::pipes_in_cells;

/// Signs that no text has, of which one stands for a pipe that divides no cells.
const STAND_INS: &[char] = &['\u{1f}', '\u{1e}', '\u{1d}', '\u{1c}', '\u{1}', '\u{2}', '\u{3}'];

/// The input of the parser for a text.
#[derive(Debug)]
pub(super) struct ParserInput<'a> {
    /// The text.
    source: &'a str,
    /// What the parser reads, byte by byte where the text has it.
    pub(super) text: Cow<'a, str>,
    /// What stands for pipes.
    pipe: Option<char>,
}

impl<'a> ParserInput<'a> {
    pub(super) fn new(source: &'a str) -> Self {
        let pipes = pipes_in_cells(source);
        let unused = |sign: &&char| !source.contains(**sign);
        let pipe = STAND_INS.iter().find(unused).copied().filter(|_| !pipes.is_empty());
        let mut text = Cow::Borrowed(source);
        if let Some(sign) = pipe {
            let pipes = pipes.into_iter().map(|at| at..at.saturating_add(1));
            text = Cow::Owned(replaced(&text, pipes, sign.encode_utf8(&mut [0; 4])));
        }
        let brackets = formula_brackets(&text);
        if !brackets.is_empty() {
            text = Cow::Owned(replaced(&text, brackets.into_iter().flatten(), "$$"));
        }
        Self { source, text, pipe }
    }

    /// The text where it was, for a stretch that the parser takes as text.
    pub(super) fn text_of<'b>(&'b self, parsed: &'b str, range: Range<usize>) -> &'b str {
        let is_parsed = self.text.get(range.clone()) == Some(parsed);
        self.source.get(range).filter(|_| is_parsed).unwrap_or(parsed)
    }

    /// A text with its pipes.
    pub(super) fn restored_text<'b>(&self, text: CowStr<'b>) -> CowStr<'b> {
        match self.pipe {
            Some(sign) if text.contains(sign) => CowStr::from(text.replace(sign, "|")),
            _ => text,
        }
    }

    /// The event as it is where nothing stands for a pipe.
    pub(super) fn restored<'b>(&self, event: Event<'b>) -> Event<'b> {
        let text = |text| self.restored_text(text);
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

/// A text with something of the same length in place of each of some ranges, in their order.
fn replaced(text: &str, ranges: impl Iterator<Item = Range<usize>>, by: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut done = 0_usize;
    for range in ranges {
        out.push_str(text.get(done..range.start).unwrap_or_default());
        out.push_str(by);
        done = range.end;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}
