//! The Markdown dialect of messages: one parser for the view, for copying and for exports.
//! Must not lay anything out or write a format, because each reader of the events does that itself.

mod autolink;
mod boundary;
mod citation_marks;
mod cjk_emphasis;
mod code_blocks;
mod cut_emphasis;
mod definitions;
mod element_labels;
mod event_reader;
mod excerpt;
mod fence;
mod formula;
mod formula_symbols;
mod formula_text;
mod highlight;
mod needle;
mod options;
mod parser_input;
mod parts;
mod placeholders;
mod plain_text;
mod spellings;
mod table_pipes;
mod text_context;
mod text_edits;
mod text_piece;
mod word_around;

pub use boundary::{StableBoundary, find_boundary, follows_empty_line};
pub use citation_marks::without_citation_marks;
pub use code_blocks::code_blocks;
pub use definitions::{LinkDefinitions, LinkLabels};
pub use element_labels::{alert_title, footnote_label, task_checkbox};
pub use event_reader::read_events;
pub use excerpt::Excerpt;
pub use fence::{Fence, info_language};
pub use formula_text::formula_text;
pub use highlight::{CodeToken, CodeTokenKind, Highlighter};
pub use needle::{Needle, PIECE_OVERLAP, Words};
pub use parts::{BlockStarts, PartRead, TextPart, read_in_parts};
pub use plain_text::{PlainText, TextFormat, find_matches};
pub use pulldown_cmark::{
    Alignment, BlockQuoteKind as AlertKind, CodeBlockKind, Event, HeadingLevel, Tag, TagEnd,
};
pub use text_context::{TextContext, TextEnd};
pub use text_piece::TextPiece;

#[cfg(test)]
mod growth;
#[cfg(test)]
pub(crate) use growth::{NESTED_TEXTS, assert_proportional};
