//! The extensions of Markdown that are switched on.
//! Must not differ between readers: the blocks that are counted are the blocks that are drawn.

use pulldown_cmark::Options;

/// Everything people and models write in chats.
pub(super) fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_MATH
        | Options::ENABLE_GFM
}
