//! What an entry of the trash says: what was taken away, when and by whom.
//! May not read or write anything.

use serde::{Deserialize, Serialize};

use crate::chat::{Change, ConversationId, Message, MessageBlock, Timestamp};

/// One thing that can be undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrashEntry {
    /// When it happened.
    pub at: Timestamp,
    /// What happened.
    pub what: Removed,
    /// Who did it.
    pub by: Actor,
}

/// Who did what can be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// The user, or another program: undone first.
    User,
    /// Healing, or undoing something.
    Program,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Removed {
    /// A conversation was deleted.
    Deleted {
        /// Its key.
        id: ConversationId,
        /// Its title, for people.
        title: String,
        /// Its member of the file, key and value, exactly as it was.
        member: String,
        /// Some that stood before it, the nearest first.
        behind: Vec<ConversationId>,
        /// Some that stood behind it, the nearest first.
        before: Vec<ConversationId>,
    },
    /// The end of a conversation gave way to something else.
    Edited {
        /// The conversation.
        id: ConversationId,
        /// Its title, for people.
        title: String,
        /// How many messages stayed.
        keep: usize,
        /// What went.
        removed: Vec<Message>,
        /// What came.
        messages: Vec<Message>,
    },
    /// Messages were taken out of a conversation.
    TakenOut {
        /// The conversation.
        id: ConversationId,
        /// Its title, for people.
        title: String,
        /// The messages, and behind which they stood.
        blocks: Vec<MessageBlock>,
    },
    /// Healing did something again that another program had undone.
    Healed {
        /// What undoes it.
        changes: Vec<Change>,
        /// What was done, for people.
        line: String,
    },
    /// Somebody wrote a version over the file that lacks what this one has.
    Overwritten {
        /// What it lacks, for people.
        line: String,
        /// When this version was restored; it is kept until that is safe.
        restored: Option<Timestamp>,
    },
}
