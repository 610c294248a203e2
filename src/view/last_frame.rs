//! What the last frame showed of the conversation: which part of which message in each row.

use std::sync::Arc;

use ratatui::layout::Rect;

use crate::chat::Message;

/// The rows of the last frame.
#[derive(Debug, Default)]
pub struct LastFrame {
    /// Where they are on screen.
    pub area: Rect,
    /// Each of them, from the top.
    pub rows: Vec<ScreenRow>,
}

/// A row of the last frame.
#[derive(Debug, Clone)]
pub struct ScreenRow {
    /// The message it belongs to; one past the last is the growing answer.
    pub item: usize,
    /// The message, unless it is the growing answer.
    pub message: Option<Arc<Message>>,
    /// Which part of the message it shows.
    pub part: RowPart,
}

/// The part of a message a row shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowPart {
    /// Before its text.
    Above,
    /// In its text: a line.
    Line(usize),
    /// In the line that shows or folds what is behind it.
    DetailsToggle,
    /// Behind its text.
    Below,
}
