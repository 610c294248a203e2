//! The Markdown extensions that are enabled.
//! Must not differ between readers, because the code blocks they count are the ones that are drawn.

use pulldown_cmark::Options;

/// Returns the options of every parser of a message: all that people and models write in chats.
pub(super) fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_MATH
        | Options::ENABLE_GFM
}
