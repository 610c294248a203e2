//! A conversation with its messages (`Conversation`), and as a row of the list (`ConversationSummary`).

use serde::{Deserialize, Serialize};

use super::{ConversationId, Message, ResponseId, Role, Timestamp, Title};

/// Whether the messages of a conversation can be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Readability {
    /// All messages can be read.
    Whole,
    /// An Assistants API record: its messages lived at `OpenAI` and were never stored locally.
    NotStoredLocally,
    /// The record is broken and stays unchanged in the file. Holds the reason.
    Damaged(String),
}

impl Readability {
    /// Why the messages cannot be read, as a sentence; `None` where they can.
    #[must_use]
    pub fn sentence(&self) -> Option<String> {
        match self {
            Self::Whole => None,
            Self::NotStoredLocally => Some(
                "This conversation is from the Assistants API: its messages were never stored here."
                    .to_owned(),
            ),
            Self::Damaged(reason) => Some(format!("This conversation is damaged: {reason}.")),
        }
    }
}

/// Whether the answer a conversation is chained from was given with all messages before it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ChainState {
    /// As far as this program knows, it was.
    #[default]
    Whole,
    /// It was given without the messages at these positions: they are sent once more.
    Partial(Vec<usize>),
    /// Two histories were merged: only a replay sends both to the model.
    Diverged,
}

/// One row of the conversation list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConversationSummary {
    /// The key of the conversation in the shared file.
    pub id: ConversationId,
    /// The title; hostile until the view has made it safe.
    pub title: Title,
    /// The creation time in the file, which never changes.
    pub created_at: Timestamp,
    /// When the conversation last changed.
    pub last_update: Timestamp,
    /// The number of messages.
    pub message_count: usize,
    /// The role of the last message; `User` means an unanswered question.
    pub last_role: Option<Role>,
    /// Whether its messages can be read, and why not.
    pub readability: Readability,
}

impl ConversationSummary {
    /// The time that conversations are sorted by: that of the last change, but none that has not come
    /// yet, as a wrong clock leaves it, because it would be the newest for ever.
    #[must_use]
    pub fn sort_time(&self, now: Timestamp) -> Timestamp {
        let times = [self.last_update, self.created_at];
        times.into_iter().find(|time| !time.is_in_future(now)).unwrap_or_default()
    }

    /// Sorts rows that are in the order of the file: the one changed last comes first, and of equal times
    /// the last in the file.
    pub fn sort_newest_first(rows: &mut [Self], now: Timestamp) {
        rows.reverse();
        rows.sort_by_key(|row| std::cmp::Reverse(row.sort_time(now)));
    }
}

/// A conversation with its messages, oldest first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Conversation {
    /// The key of the conversation in the shared file.
    pub id: ConversationId,
    /// The title; hostile until the view has made it safe.
    pub title: Title,
    /// The creation time in the file, which never changes.
    pub created_at: Timestamp,
    /// When the conversation last changed.
    pub last_update: Timestamp,
    /// How many messages in front of `messages` are in the file only. Those of very long conversations
    /// are read when they are needed.
    #[serde(default)]
    pub earlier: usize,
    /// The messages in the order of the file.
    pub messages: Vec<Message>,
    /// The response the web app would chain its next turn from.
    pub last_response_id: Option<ResponseId>,
    /// Whether that response was given with the whole conversation.
    pub chain: ChainState,
    /// Whether its messages can be read, and why not.
    pub readability: Readability,
}

impl Conversation {
    /// Creates a conversation without messages.
    #[must_use]
    pub fn new(id: ConversationId, title: impl Into<Title>, at: Timestamp) -> Self {
        Self {
            id,
            title: title.into(),
            created_at: at,
            last_update: at,
            earlier: 0,
            messages: Vec::new(),
            last_response_id: None,
            chain: ChainState::Whole,
            readability: Readability::Whole,
        }
    }

    /// Builds the row of the list.
    #[must_use]
    pub fn summary(&self) -> ConversationSummary {
        ConversationSummary {
            id: self.id.clone(),
            title: self.title.clone(),
            created_at: self.created_at,
            last_update: self.last_update,
            message_count: self.earlier.saturating_add(self.messages.len()),
            last_role: self.messages.last().map(|message| message.role.clone()),
            readability: self.readability.clone(),
        }
    }

    /// Tells whether the last message is an unanswered question.
    #[must_use]
    pub fn is_unanswered(&self) -> bool {
        self.messages.last().is_some_and(|message| message.role == Role::User)
    }
}
