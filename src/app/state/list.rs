//! The conversation list pane: its rows, which of them are shown, and what is known of them.
//! May not hold anything of the conversations themselves.

use crate::chat::{Arrangement, ConversationId, ConversationSummary, Timestamp};

/// The conversation list pane.
#[derive(Debug, Clone, Default)]
pub struct ConversationList {
    /// Every conversation, newest update first.
    pub rows: Vec<ConversationSummary>,
    /// Which of the rows are shown: indexes into `rows`, all of them without a filter.
    pub visible: Vec<usize>,
    /// Position of the cursor in `shown`.
    pub selected: usize,
    /// First position of `shown` on screen.
    pub top: usize,
    /// The filter text while one is being typed or in force.
    pub filter: Option<String>,
    /// Whether keys still go into the filter.
    pub filtering: bool,
    /// Whether the pane is shown where there is room for both.
    pub hidden: bool,
    /// Columns of the pane, border included.
    pub width: u16,
    /// Whether the first listing has arrived.
    pub loaded: bool,
    /// Conversations with an answer nobody has looked at yet.
    pub unread: Vec<ConversationId>,
    /// Conversations somebody else changed and nobody has looked at since.
    pub changed: Vec<ConversationId>,
    /// Conversations with an answer the shared file does not hold yet.
    pub undelivered: Vec<ConversationId>,
    /// Conversations that end in an answer that ended early.
    pub interrupted: Vec<ConversationId>,
    /// Conversations whose last question was asked on the web, and when.
    pub remote_turns: Vec<(ConversationId, Timestamp)>,
    /// The last of them the user was told of before asking there.
    pub warned_remote_turn: Option<(ConversationId, Timestamp)>,
    /// What the user pinned and archived.
    pub arrangement: Arrangement,
    /// Which part of the conversations is shown.
    pub scope: ListScope,
}

/// Which part of the conversations the list shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ListScope {
    /// Those in use.
    #[default]
    Current,
    /// Those that were archived.
    Archived,
}
