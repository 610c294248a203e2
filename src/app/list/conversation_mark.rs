//! The mark of a row in the conversation list: the most urgent of those that apply.

use crate::chat::{ConversationId, ConversationSummary, Readability, Role};

use crate::app::State;
use crate::app::turn::remote_turn;

/// Why a row deserves attention.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConversationMark {
    /// The record is damaged.
    Damaged,
    /// An answer is coming in here.
    Streaming,
    /// The web app is answering, as far as the file tells.
    WebAppAnswering,
    /// An answer is in the journal but not in the shared file yet.
    Unstored,
    /// The user has not seen the last answer.
    Unread,
    /// Another program has changed it.
    Changed,
    /// The last question has no answer.
    Unanswered,
    /// The last answer ended early.
    Interrupted,
    /// The messages were never stored locally (Assistants API).
    NotStoredLocally,
}

impl ConversationMark {
    /// All marks, the most urgent first.
    pub const ALL: [Self; 9] = [
        Self::Damaged,
        Self::Streaming,
        Self::WebAppAnswering,
        Self::Unstored,
        Self::Unread,
        Self::Changed,
        Self::Unanswered,
        Self::Interrupted,
        Self::NotStoredLocally,
    ];

    /// The character at the end of the row.
    #[must_use]
    pub const fn symbol(self) -> &'static str {
        match self {
            Self::Damaged => "!",
            Self::Streaming => "▸",
            Self::WebAppAnswering => "▹",
            Self::Unstored => "↑",
            Self::Unread => "●",
            Self::Changed => "~",
            Self::Unanswered => "?",
            Self::Interrupted => "◌",
            Self::NotStoredLocally => "·",
        }
    }

    /// What it says about the conversation: short enough for a status line with key hints behind it.
    #[must_use]
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::Damaged => "damaged",
            Self::Streaming => "an answer is arriving",
            Self::WebAppAnswering => "answering in the web app",
            Self::Unstored => "not in the shared file yet",
            Self::Unread => "unread answer",
            Self::Changed => "changed elsewhere",
            Self::Unanswered => "unanswered question",
            Self::Interrupted => "incomplete answer",
            Self::NotStoredLocally => "messages not stored here",
        }
    }

    /// The mark of a row, if any applies.
    #[must_use]
    pub fn of(state: &State, row: &ConversationSummary) -> Option<Self> {
        Self::ALL.into_iter().find(|mark| mark.applies_to(state, row))
    }

    fn applies_to(self, state: &State, row: &ConversationSummary) -> bool {
        let among = |ids: &[ConversationId]| ids.contains(&row.id);
        match self {
            Self::Damaged => matches!(row.readability, Readability::Damaged(_)),
            Self::Streaming => state.turn_in(&row.id).is_some_and(|turn| turn.unstored().is_none()),
            Self::WebAppAnswering => remote_turn::is_answering(state, &row.id),
            Self::Unstored => among(&state.list.unstored),
            Self::Unread => among(&state.list.unread),
            Self::Changed => among(&state.list.changed),
            Self::Unanswered => {
                row.readability == Readability::Whole && row.last_role == Some(Role::User)
            }
            Self::Interrupted => among(&state.list.interrupted),
            Self::NotStoredLocally => row.readability == Readability::NotStoredLocally,
        }
    }
}
