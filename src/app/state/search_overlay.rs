//! State of the search in all conversations.

use crate::app::editor::Editor;
use crate::chat::{ConversationId, DetailKind, Failure, Role, Timestamp};
use crate::markdown::Excerpt;

/// Identifies a search, so that results of an older one are ignored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SearchId(pub u64);

/// A hit. All texts are hostile until the view has cleaned them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchHit {
    /// Where Enter goes.
    pub conversation: ConversationId,
    /// The title of the conversation.
    pub title: String,
    /// The message; `None` where the title matches.
    pub message: Option<HitMessage>,
    /// What matches, in its context.
    pub excerpt: Excerpt,
}

/// A hit to show once its conversation is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JumpTarget {
    /// The conversation to open.
    pub conversation: ConversationId,
    /// Position of the message.
    pub position: usize,
    /// The part of the details; `None` is the text of the message.
    pub part: Option<DetailKind>,
    /// The text that was searched.
    pub words: String,
}

/// Which message a hit is in; titles have none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HitMessage {
    /// Its index in the conversation, to scroll to.
    pub position: usize,
    /// The role of its author.
    pub role: Role,
    /// When it was written.
    pub at: Timestamp,
    /// The part of the details; `None` is the text of the message.
    pub part: Option<DetailKind>,
}

/// How far the worker has got with a search.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SearchProgress {
    /// More hits may follow.
    Searching,
    /// Everything was searched, and all hits have arrived.
    Done,
    /// It ended early because of too many hits.
    TooMany,
    /// It ended early with this failure.
    Failed(Failure),
}

/// The search in all conversations.
#[derive(Debug, Clone)]
pub struct SearchOverlay {
    /// The text to find.
    pub editor: Editor,
    /// The current search, or the last one.
    pub search: SearchId,
    /// The hits, the latest conversation first.
    pub hits: Vec<SearchHit>,
    /// Position of the cursor.
    pub selected: usize,
    /// The progress; `None` without a search.
    pub progress: Option<SearchProgress>,
    /// Whether the hits are those of the search before, to be replaced by the first of this one.
    pub hits_are_stale: bool,
    /// Whether Enter was pressed before the first hit, which is then opened.
    pub open_first_hit: bool,
}
