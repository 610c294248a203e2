//! What a frame looked like: told back after it was drawn, so that keys can move by what is seen.
//! May not measure anything itself.

use super::{Anchor, Area};

/// What a frame looked like, told back after it was drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Measured {
    /// The tidy position of the view's top line.
    pub top: Anchor,
    /// The byte of that message's text that the top line begins with, as near as there is one.
    pub top_byte: usize,
    /// Columns the conversation was laid out for.
    pub reading_columns: usize,
    /// Whether the last line of the conversation is on screen.
    pub at_bottom: bool,
    /// Lines of the conversation below the view; counted up to 999.
    pub lines_below: usize,
    /// Those of them that have come since the end was on screen.
    pub new_below: usize,
    /// The end of the conversation: its last item, and the lines that has.
    pub end: Anchor,
    /// Rows of the conversation view.
    pub transcript_rows: u16,
    /// Rows of the conversation list.
    pub list_rows: u16,
    /// Whether both panes are on screen.
    pub both_panes: bool,
    /// Columns a row of the composer's text has; zero where it is not on screen.
    pub composer_columns: u16,
    /// Rows of the composer's text on screen.
    pub composer_rows: u16,
    /// Where the list is, its heading included.
    pub list_area: Area,
    /// Where the conversation is.
    pub transcript_area: Area,
    /// Where the text of the conversation is.
    pub reading_area: Area,
    /// Where the composer's text is.
    pub composer_area: Area,
}
