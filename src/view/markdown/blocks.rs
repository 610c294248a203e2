//! The parser, with what is switched on, link definitions from elsewhere in the text, and the
//! places where a growing text may be cut for good.
//! May not lay anything out.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use pulldown_cmark::{BrokenLink, CodeBlockKind, CowStr, Event, Parser, Tag};

use crate::app::copy::blocks::options;

use super::merge::{Merge, Piece};

/// Link definitions: addresses by label.
pub type Definitions = BTreeMap<String, String>;

/// What a part of a text says about labels.
#[derive(Debug, Default)]
pub struct Labels {
    /// Definitions in it.
    pub found: Definitions,
    /// Labels it looked for and does not define itself.
    pub asked: BTreeSet<String>,
}

/// A label in the one form it is compared in.
fn normal(label: &str) -> String {
    label.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Goes through the parser's events with where they lie in the text.
pub fn each(
    source: &str,
    known: &Definitions,
    mut take: impl FnMut(Event<'_>, Range<usize>, &[Piece]),
) -> Labels {
    let text = with_dollars(source);
    let mut asked = BTreeSet::new();
    let mut look_up = |link: BrokenLink<'_>| {
        let label = normal(&link.reference);
        let address = known.get(&label).cloned();
        asked.insert(label);
        address.map(|address| (CowStr::from(address), CowStr::Borrowed("")))
    };
    let parser = Parser::new_with_broken_link_callback(&text, options(), Some(&mut look_up));
    let mut events = parser.into_offset_iter();
    let mut merge = Merge::new(events.by_ref());
    while let Some((event, range)) = merge.next() {
        let mut take = |event: Event<'_>, range| take(event, range, merge.pieces());
        match event {
            // Brackets of LaTeX were made dollars of the same length; within a line they stay there.
            Event::DisplayMath(tex) if source.get(range.clone()).is_some_and(is_round) => {
                take(Event::InlineMath(tex), range);
            }
            // `$5-$10` is money.
            Event::InlineMath(_) if is_before_digit(&text, range.end) => {
                let raw = text.get(range.clone()).unwrap_or_default();
                take(Event::Text(CowStr::Borrowed(raw)), range);
            }
            // The first definition of a label counts, wherever it stands.
            Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
                let dest_url = known.get(&normal(&id)).map_or(dest_url, |it| it.clone().into());
                take(Event::Start(Tag::Link { link_type, dest_url, title, id }), range);
            }
            event => take(event, range),
        }
    }
    let found = events.reference_definitions().iter();
    let found = found.map(|(label, it)| (normal(label), it.dest.to_string())).collect();
    Labels { found, asked }
}

fn is_round(source: &str) -> bool {
    source.starts_with("\\(")
}

fn is_before_digit(text: &str, at: usize) -> bool {
    text.as_bytes().get(at).is_some_and(u8::is_ascii_digit)
}

/// Formulas between `\(` and `\)` or `\[` and `\]`, as models write them, between dollars instead.
/// Every character stays where it is.
fn with_dollars(source: &str) -> Cow<'_, str> {
    if !source.contains("\\(") && !source.contains("\\[") {
        return Cow::Borrowed(source);
    }
    let mut out: Option<String> = None;
    let mut open: Option<(usize, u8)> = None;
    for (event, range) in Parser::new_ext(source, options()).into_offset_iter() {
        let bracket = match &event {
            Event::Text(_) => escaped_bracket(source, range.start),
            Event::Start(tag) if !is_inline(tag) => {
                open = None;
                None
            }
            _ => None,
        };
        match (bracket, open) {
            (Some(opening @ (b'(' | b'[')), _) => open = Some((range.start, opening)),
            (Some(closing), Some((from, opening)))
                if matches!((opening, closing), (b'(', b')') | (b'[', b']')) =>
            {
                open = None;
                let formula = source.get(from.saturating_add(1)..range.start.saturating_sub(1));
                let fits = formula.is_some_and(|it| !it.contains('$') && !it.trim().is_empty());
                if fits {
                    let text = out.get_or_insert_with(|| source.to_owned());
                    for at in [from, range.start] {
                        text.replace_range(at.saturating_sub(1)..=at, "$$");
                    }
                }
            }
            _ => {}
        }
    }
    out.map_or(Cow::Borrowed(source), Cow::Owned)
}

/// The bracket at a place, where a backslash before it takes its meaning in Markdown.
fn escaped_bracket(source: &str, at: usize) -> Option<u8> {
    let bytes = source.as_bytes();
    let before = bytes.get(at.checked_sub(1)?)?;
    let bracket = bytes.get(at)?;
    (*before == b'\\' && matches!(bracket, b'(' | b')' | b'[' | b']')).then_some(*bracket)
}

const fn is_inline(tag: &Tag<'_>) -> bool {
    matches!(
        tag,
        Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. } | Tag::Image { .. }
    )
}

/// A place before which nothing can change any more, whatever follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Boundary {
    /// Bytes before it.
    pub bytes: usize,
    /// Set where a list goes on behind it: with the number of its next item, if items have one.
    pub item: Option<Option<u64>>,
}

/// The best such place in whole lines: before the first fenced block, else before the last block,
/// else before the last item of the only list. The text may be the rest of a table, behind a head
/// that is not counted, or of a list whose next item has a number.
#[must_use]
pub fn boundary(head: &str, lines: &str, list: Option<Option<u64>>) -> Option<Boundary> {
    let text =
        if head.is_empty() { Cow::Borrowed(lines) } else { Cow::Owned(head.to_owned() + lines) };
    let mut depth = 0_usize;
    let mut blocks = 0_usize;
    let mut block = 0_usize;
    let mut items: Option<(Option<u64>, u64, usize)> = None;
    for (event, range) in Parser::new_ext(&text, options()).into_offset_iter() {
        match event {
            Event::Start(tag) => {
                if depth == 0 {
                    blocks = blocks.saturating_add(1);
                    let fence = matches!(tag, Tag::CodeBlock(CodeBlockKind::Fenced(_)));
                    if fence || is_free(&text, range.start) {
                        block = range.start;
                    }
                    items = match &tag {
                        Tag::List(first) if blocks == 1 => Some((list.unwrap_or(*first), 0, 0)),
                        Tag::List(first) => Some((*first, 0, 0)),
                        _ => None,
                    };
                    if fence && block > 0 {
                        break;
                    }
                } else if let (1, Tag::Item, Some((_, count, at))) = (depth, &tag, items.as_mut()) {
                    *count = count.saturating_add(1);
                    *at = range.start;
                }
                depth = depth.saturating_add(1);
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Rule if depth == 0 => {
                items = None;
                if is_free(&text, range.start) {
                    block = range.start;
                }
            }
            _ => {}
        }
    }
    let cut = |at: usize| line_start(&text, at).checked_sub(head.len()).filter(|bytes| *bytes > 0);
    if let Some((number, count @ 2.., at)) = items
        && let Some(bytes) = cut(at)
    {
        let next = number.map(|first| first.saturating_add(count.saturating_sub(1)));
        return Some(Boundary { bytes, item: Some(next) });
    }
    cut(block).map(|bytes| Boundary { bytes, item: None })
}

/// Whether a block does not depend on what stands right before it: definitions of links leave no
/// trace, but after them, without an empty line, a block can only be what may follow a paragraph.
fn is_free(text: &str, at: usize) -> bool {
    let before = text.get(..line_start(text, at)).unwrap_or_default();
    let run = before.rsplit('\n').skip(1).take_while(|line| !line.trim().is_empty());
    run.into_iter().all(|line| !line.contains("]:"))
}

/// A block begins with its line: the indent of indented code lies before its range.
fn line_start(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    before.rfind('\n').map_or(0, |end| end.saturating_add(1))
}

/// Whether the line before a place is empty, signs of quotes left aside.
#[must_use]
pub fn is_apart(text: &str, at: usize) -> bool {
    let start = line_start(text, at);
    let before = text.get(..start).and_then(|before| before.strip_suffix('\n'));
    let line = before.map(|before| before.rsplit('\n').next().unwrap_or(before));
    line.is_some_and(|line| line.chars().all(|c| matches!(c, ' ' | '>' | '\t')))
}
