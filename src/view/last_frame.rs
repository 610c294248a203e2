//! What each row of the last frame showed of the transcript, for hit testing.

use std::sync::Arc;

use ratatui::layout::Rect;

use crate::chat::Message;

#[derive(Debug, Default)]
pub(crate) struct LastFrame {
    pub(crate) area: Rect,
    pub(crate) rows: Vec<ScreenRow>,
}

#[derive(Debug, Clone)]
pub(crate) struct ScreenRow {
    /// Position of the message; one past the last is the live answer.
    pub(crate) item: usize,
    /// The message; `None` for the live answer.
    pub(crate) message: Option<Arc<Message>>,
    pub(crate) part: RowPart,
}

/// The part of a message in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowPart {
    /// Above its text: the gap, or who speaks.
    Above,
    /// The line of its text with this number.
    Line(usize),
    /// The line that toggles the details.
    DetailsToggle,
    /// Below its text: details, notes, the foot.
    Below,
}
