//! A search in every conversation with what it found.

use crate::app::editor::Editor;
use crate::chat::{ConversationId, DetailKind, Failure, Role, Timestamp};

/// Which search: what an older one finds is nobody's business any more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SearchId(pub u64);

/// One place where the words stand. All texts are hostile until the view has made them safe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchHit {
    /// The conversation.
    pub conversation: ConversationId,
    /// Its title.
    pub title: String,
    /// The message, where it is not the title itself.
    pub message: Option<HitMessage>,
    /// What stands in front of the words, on one line.
    pub before: String,
    /// The words as they stand there.
    pub matched: String,
    /// What stands behind them, on one line.
    pub after: String,
}

/// A message to be shown once its conversation is read, and the words found in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JumpTarget {
    /// The conversation.
    pub conversation: ConversationId,
    /// The message's position.
    pub position: usize,
    /// The part behind it, where they are not in its text.
    pub part: Option<DetailKind>,
    /// The words.
    pub words: String,
}

/// The message something was found in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HitMessage {
    /// Its position.
    pub position: usize,
    /// Who wrote it.
    pub role: Role,
    /// When.
    pub at: Timestamp,
    /// The part behind it, where it is not in its text.
    pub part: Option<DetailKind>,
}

/// How far a search is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SearchProgress {
    /// There may be more.
    Searching,
    /// Everything has been looked at.
    Done,
    /// There is more than anybody would read through.
    TooMany,
    /// It could not go on.
    Failed(Failure),
}

/// A search with what it found.
#[derive(Debug, Clone)]
pub struct SearchOverlay {
    /// What is typed.
    pub editor: Editor,
    /// The search under way, or the last one.
    pub search: SearchId,
    /// What was found, the newest conversation first.
    pub hits: Vec<SearchHit>,
    /// Position of the cursor.
    pub selected: usize,
    /// How far it is; `None` while nothing is looked for.
    pub progress: Option<SearchProgress>,
    /// Whether the hits are those of an earlier search and give way to the first of this one.
    pub hits_are_stale: bool,
    /// Whether Enter was pressed before anything was found: the first hit is gone to.
    pub open_first_hit: bool,
}
