//! Measurements of a frame, reported after drawing.

use super::{Anchor, Area};

/// Measurements of a frame, reported after drawing, so that keys can move by what is on screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Measured {
    /// The normalised position of the top line.
    pub top: Anchor,
    /// The first byte of that message's text in the top line, or the nearest one.
    pub top_byte: usize,
    /// The position after the last message or remark that is on screen.
    pub shown_until: usize,
    /// Columns the transcript was laid out for.
    pub reading_columns: usize,
    /// Whether the last line of the transcript is on screen.
    pub at_bottom: bool,
    /// Lines below the view, counted up to 999.
    pub lines_below: usize,
    /// Those of them that were added since the end was last on screen.
    pub new_below: usize,
    /// The end of the transcript: its last item and the lines of that.
    pub end: Anchor,
    /// Rows of the transcript view.
    pub transcript_rows: u16,
    /// Rows of the conversation list.
    pub list_rows: u16,
    /// Whether both panes are on screen.
    pub both_panes: bool,
    /// Columns of the composer's text; zero where it is not on screen.
    pub composer_columns: u16,
    /// Rows of the composer's text on screen.
    pub composer_rows: u16,
    /// The last line that the help page can begin with.
    pub last_help_top: usize,
    /// The last line that the description of a tool call can begin with.
    pub last_approval_top: usize,
    /// The area of the list with its heading.
    pub list_area: Area,
    /// The area of the conversation pane.
    pub transcript_area: Area,
    /// The area of the transcript's text.
    pub reading_area: Area,
    /// The area of the composer's text.
    pub composer_area: Area,
}
