//! State of the conversation list.

use crate::app::editor::Editor;
use crate::chat::{Arrangement, ConversationId, ConversationSummary, Timestamp};

/// The rows of the list, its cursor, and what is known of single rows.
#[derive(Debug, Clone, Default)]
pub struct ConversationList {
    /// All conversations, the latest update first.
    pub rows: Vec<ConversationSummary>,
    /// Positions in `rows` of those that are shown.
    pub visible: Vec<usize>,
    /// Position of the cursor in `visible`.
    pub selected: usize,
    /// Position in `visible` of the first row on screen.
    pub top: usize,
    /// The filter that is being typed; `None` where none is in force.
    pub filter: Option<Editor>,
    /// Whether the pane is hidden where both would fit.
    pub hidden: bool,
    /// Columns of the pane with its border.
    pub width: u16,
    /// Whether an empty list means that there are no conversations.
    pub loaded: bool,
    /// Why the last listing failed and what to do about it.
    pub problem: Option<String>,
    /// Conversations with an answer the user has not seen.
    pub unread: Vec<ConversationId>,
    /// Conversations changed by another program and not opened since.
    pub changed: Vec<ConversationId>,
    /// Conversations with an answer that is not in the shared file yet.
    pub unstored: Vec<ConversationId>,
    /// Conversations whose last answer ended early.
    pub interrupted: Vec<ConversationId>,
    /// Conversations whose last question was asked on the web, and when.
    pub remote_turns: Vec<(ConversationId, Timestamp)>,
    /// The last remote turn the user was warned of.
    pub warned_remote_turn: Option<(ConversationId, Timestamp)>,
    /// Pinned and archived conversations.
    pub arrangement: Arrangement,
    /// A conversation that is being restored: the cursor goes to it once it is listed.
    pub restored: Option<ConversationId>,
    /// The current conversations, or those in the archive.
    pub scope: ListScope,
}

/// Which conversations the list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ListScope {
    /// Those that are not archived.
    #[default]
    Current,
    /// The conversations in the archive, and no others.
    Archived,
}
