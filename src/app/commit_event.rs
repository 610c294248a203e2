//! The reply to a transaction: one fact, whether it took effect or not.
//! May not depend on which store made it.

use crate::chat::{Change, ConversationId, Failure};

use crate::app::{Notice, NoticeKind, StoreEvent};

impl StoreEvent {
    /// The reply to a transaction that took effect; its last change is the one that people asked for.
    #[must_use]
    pub fn from_commit(changes: &[Change]) -> Self {
        let text = changes.last().map_or_else(String::new, describe_change);
        Self::Changed {
            about: changed_conversation(changes),
            notice: Notice { kind: NoticeKind::Info, text },
        }
    }

    /// The reply to a transaction of which nothing took effect.
    #[must_use]
    pub fn from_failed_commit(changes: &[Change], failure: Failure) -> Self {
        Self::NotChanged { about: changed_conversation(changes), failure }
    }
}

fn changed_conversation(changes: &[Change]) -> Option<ConversationId> {
    changes.last().map(|change| change.conversation().clone())
}

fn describe_change(change: &Change) -> String {
    match change {
        Change::Rename { title, .. } => format!("Renamed to \"{title}\"."),
        Change::Delete { .. } => "Conversation deleted. Use /undo to restore it.".to_owned(),
        Change::Restore { .. } => "Restored.".to_owned(),
        Change::ReplaceTail { .. } => "Switched to another version.".to_owned(),
        Change::Create { .. }
        | Change::Append { .. }
        | Change::Insert { .. }
        | Change::Withdraw { .. } => "Stored.".to_owned(),
    }
}
