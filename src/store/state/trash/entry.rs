//! An entry of the trash: what was removed, when and by whom.

use serde::{Deserialize, Serialize};

use crate::chat::{Change, ConversationId, Message, MessageBlock, Timestamp, Title};

/// One thing that can be undone.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TrashEntry {
    /// When it was removed.
    pub at: Timestamp,
    /// What was removed or reapplied.
    pub what: Removed,
    /// Who removed it: what the program itself did is not undone in turn.
    pub by: Actor,
    /// Whether its turn came and there was nothing to do, so that only its number undoes it.
    #[serde(default)]
    pub is_passed_over: bool,
}

impl TrashEntry {
    /// Whether `undo` comes to it; else only its number undoes it.
    #[must_use]
    pub fn is_undone_in_turn(&self) -> bool {
        self.by == Actor::User && !self.is_passed_over
    }
}

/// Who made a change that can be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// The user, or another program: undone in the order of the list.
    User,
    /// This program by itself, by reapplying or by undoing something: undone only by its number.
    Program,
}

/// What was removed or reapplied, with what undoing it needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Removed {
    /// A conversation was deleted.
    Deleted {
        /// The key of the conversation in the shared file.
        id: ConversationId,
        /// Its title, for people.
        title: String,
        /// Its member of the file, key and value, exactly as it was.
        member: String,
        /// Some conversations before it, the nearest first.
        predecessors: Vec<ConversationId>,
        /// Some conversations after it, the nearest first.
        before: Vec<ConversationId>,
    },
    /// The last messages of a conversation gave way to others.
    Edited {
        /// The key of the conversation in the shared file.
        id: ConversationId,
        /// Its title, for people.
        title: String,
        /// How many messages stayed.
        keep: usize,
        /// What the conversation had after the first `keep` messages.
        removed: Vec<Message>,
        /// The messages that replaced them.
        messages: Vec<Message>,
    },
    /// A conversation was renamed.
    Renamed {
        /// The key of the conversation in the shared file.
        id: ConversationId,
        /// The title it had.
        before: Title,
        /// The title it was given.
        given: Title,
    },
    /// Messages were removed from a conversation.
    MessagesRemoved {
        /// The key of the conversation in the shared file.
        id: ConversationId,
        /// Its title, for people.
        title: String,
        /// The messages, and the message before each block.
        blocks: Vec<MessageBlock>,
    },
    /// Changes were reapplied that another program had overwritten.
    Reapplied {
        /// The changes that undo it, in order.
        changes: Vec<Change>,
        /// What was reapplied, for people.
        line: String,
    },
    /// Another program replaced a version of the file by one that lacks something of it.
    Overwritten {
        /// What it lacks, for people.
        line: String,
        /// When this version was restored; it is kept until that is safe.
        restored: Option<Timestamp>,
    },
}

impl Removed {
    /// Returns the conversation that was changed; `None` where it may be several.
    #[must_use]
    pub const fn conversation(&self) -> Option<&ConversationId> {
        match self {
            Self::Deleted { id, .. }
            | Self::Edited { id, .. }
            | Self::Renamed { id, .. }
            | Self::MessagesRemoved { id, .. } => Some(id),
            Self::Reapplied { .. } | Self::Overwritten { .. } => None,
        }
    }

    /// Returns the conversation that undoing this entry restores; `None` for all but deletions.
    #[must_use]
    pub const fn deleted_conversation(&self) -> Option<&ConversationId> {
        match self {
            Self::Deleted { id, .. } => Some(id),
            _ => None,
        }
    }

    /// Whether it is a version that was restored already.
    #[must_use]
    pub const fn is_restored_version(&self) -> bool {
        matches!(self, Self::Overwritten { restored: Some(_), .. })
    }
}
