//! Positions in a streamed text before which its meaning is final, whatever follows.

use std::borrow::Cow;

use memchr::memmem;
use pulldown_cmark::{CodeBlockKind, Event, Parser, Tag};

use super::options::options;
use super::parser_input::ParserInput;
use crate::markdown::text_context::TextEnd;

/// A position before which the meaning of a text is final, whatever follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StableBoundary {
    /// The number of bytes before the position.
    pub bytes: usize,
    /// Set where a list continues after it: the number of its next item, or `None` for bullets.
    pub next_item: Option<Option<u64>>,
}

/// Returns the best such position in whole lines: before the first fenced block, else before the
/// last block, else before the last item of the only list. The text may be the rest of a table,
/// after a head that is not counted, or of a list whose next item has a number.
#[must_use]
pub fn find_boundary(head: &str, lines: &str, list: Option<Option<u64>>) -> Option<StableBoundary> {
    let text =
        if head.is_empty() { Cow::Borrowed(lines) } else { Cow::Owned(head.to_owned() + lines) };
    let mut depth = 0_usize;
    let mut blocks = 0_usize;
    let mut block = 0_usize;
    let mut items: Option<(Option<u64>, u64, usize)> = None;
    let mut dependence = Dependence::new(&text);
    let input = ParserInput::new(&text, TextEnd::Open);
    for (event, parsed) in Parser::new_ext(&input.text, options()).into_offset_iter() {
        let range = input.source_range(parsed);
        match event {
            Event::Start(tag) => {
                if depth == 0 {
                    blocks = blocks.saturating_add(1);
                    let fence = matches!(tag, Tag::CodeBlock(CodeBlockKind::Fenced(_)));
                    if fence || dependence.is_independent(range.start) {
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
                if dependence.is_independent(range.start) {
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
        return Some(StableBoundary { bytes, next_item: Some(next) });
    }
    cut(block).map(|bytes| StableBoundary { bytes, next_item: None })
}

/// Tells which blocks depend on the lines before them: definitions of links emit no events, but after
/// them, without an empty line, a block can only be what may follow a paragraph.
#[derive(Debug)]
pub(super) struct Dependence<'a> {
    text: &'a str,
    /// Whether there may be definitions at all.
    is_possible: bool,
    /// The start of the line that was asked for last, and the answer: what is before is not read again.
    known: usize,
    is_dependent: bool,
}

impl<'a> Dependence<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let is_possible = memmem::find(text.as_bytes(), b"]:").is_some();
        Self { text, is_possible, known: 0, is_dependent: false }
    }

    /// Returns whether any block can depend on lines before it.
    pub(super) const fn is_possible(&self) -> bool {
        self.is_possible
    }

    /// Returns the start of the line in which a block begins, if the block depends on nothing before it. Where
    /// that is possible, the blocks have to be asked for in their order.
    pub(super) fn independent_start(&mut self, at: usize) -> Option<usize> {
        let start = line_start(self.text, at);
        if !self.is_possible {
            return Some(start);
        }
        let between = self.text.get(self.known..start).unwrap_or_default();
        let decide = |line: &str| match line {
            _ if line.trim().is_empty() => Some(false),
            _ => line.contains("]:").then_some(true),
        };
        if let Some(is_dependent) = between.rsplit('\n').skip(1).find_map(decide) {
            self.is_dependent = is_dependent;
        }
        self.known = start;
        (!self.is_dependent).then_some(start)
    }

    fn is_independent(&mut self, at: usize) -> bool {
        self.independent_start(at).is_some()
    }
}

/// Returns the start of a block's line: the indent of indented code lies before its range.
fn line_start(text: &str, at: usize) -> usize {
    let before = text.get(..at).unwrap_or_default();
    before.rfind('\n').map_or(0, |end| end.saturating_add(1))
}

/// Returns whether the line before a position is empty, apart from quote markers.
#[must_use]
pub fn follows_empty_line(text: &str, at: usize) -> bool {
    let start = line_start(text, at);
    let before = text.get(..start).and_then(|before| before.strip_suffix('\n'));
    let line = before.map(|before| before.rsplit('\n').next().unwrap_or(before));
    line.is_some_and(|line| line.chars().all(|c| matches!(c, ' ' | '>' | '\t')))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The rule for one block alone.
    fn depends(text: &str, at: usize) -> bool {
        let mut lines: Vec<&str> = text[..line_start(text, at)].lines().rev().collect();
        let paragraph = lines.iter().position(|line| line.trim().is_empty());
        lines.truncate(paragraph.unwrap_or(lines.len()));
        lines.iter().any(|line| line.contains("]:"))
    }

    proptest! {
        #[test]
        fn a_block_depends_on_a_definition_in_the_lines_directly_before_it(
            lines in proptest::collection::vec(
                proptest::sample::select(vec!["", " ", "\r", "a", "# b", "[a]: b", "[c]:\r", "- d"]),
                1..12,
            ),
            asked in proptest::collection::vec(any::<proptest::sample::Index>(), 1..8),
        ) {
            let text = lines.join("\n");
            let mut asked: Vec<usize> = asked.iter().map(|at| at.index(text.len() + 1)).collect();
            asked.sort_unstable();
            let mut dependence = Dependence::new(&text);
            for at in asked {
                let start = dependence.independent_start(at);
                prop_assert_eq!(start, (!depends(&text, at)).then(|| line_start(&text, at)), "{}", at);
            }
        }
    }
}
