//! The parser, with what is switched on, and the ranges of its top-level blocks.
//! May not lay anything out.

use std::ops::Range;

use pulldown_cmark::{Event, OffsetIter, Options, Parser, Tag};

/// Everything people write in chats.
fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_MATH
}

/// The parser's events, with where they lie in the text.
#[must_use]
pub fn events(source: &str) -> OffsetIter<'_, impl pulldown_cmark::BrokenLinkCallback<'_>> {
    Parser::new_ext(source, options()).into_offset_iter()
}

/// The ranges of the blocks at the top, in order.
#[must_use]
pub fn top_level(source: &str) -> Vec<Range<usize>> {
    let mut depth = 0_usize;
    let mut ranges = Vec::new();
    for (event, range) in events(source) {
        match event {
            Event::Start(tag) => {
                if depth == 0 && !matches!(tag, Tag::FootnoteDefinition(_)) {
                    ranges.push(range);
                }
                depth = depth.saturating_add(1);
            }
            Event::End(_) => depth = depth.saturating_sub(1),
            Event::Rule if depth == 0 => ranges.push(range),
            _ => {}
        }
    }
    ranges
}
