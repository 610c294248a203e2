//! The event that answers a transaction, for every store the same.

use crate::chat::{Change, ConversationId, Failure, title};

use crate::app::{Notice, NoticeKind, StoreEvent};

impl StoreEvent {
    /// The event for a transaction that took effect; it reports the last change, which is the one
    /// the user asked for.
    #[must_use]
    pub(crate) fn from_commit(changes: &[Change]) -> Self {
        let text = changes.last().map_or_else(String::new, describe_change);
        Self::Changed {
            about: changed_conversation(changes),
            notice: Notice { kind: NoticeKind::Info, text },
        }
    }

    /// The event for a transaction that did not take effect.
    #[must_use]
    pub(crate) fn from_failed_commit(changes: &[Change], failure: Failure) -> Self {
        Self::NotChanged { about: changed_conversation(changes), failure }
    }
}

fn changed_conversation(changes: &[Change]) -> Option<ConversationId> {
    changes.last().map(|change| change.conversation().clone())
}

fn describe_change(change: &Change) -> String {
    match change {
        Change::Rename { title, .. } => {
            format!("Renamed to \"{}\".", title::in_sentence(title.text()))
        }
        Change::Delete { .. } => "Conversation deleted.".to_owned(),
        Change::Restore { .. } => "Restored.".to_owned(),
        Change::ReplaceFrom { .. } => "Switched to another version.".to_owned(),
        Change::Create { .. } => "Conversation saved.".to_owned(),
        Change::Append { .. } | Change::Insert { .. } | Change::RemoveMessages { .. } => {
            "Saved.".to_owned()
        }
    }
}
