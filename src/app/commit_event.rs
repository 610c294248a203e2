//! The event that answers a transaction, for every store the same.

use crate::chat::{Change, Failure, title};

use crate::app::{Notice, NoticeKind, StoreEvent};

impl StoreEvent {
    /// The event for a transaction that took effect; it reports the last change, which is the one
    /// the user asked for. `None` without any change.
    #[must_use]
    pub(crate) fn from_commit(changes: &[Change]) -> Option<Self> {
        let change = changes.last()?;
        let notice = Notice { kind: NoticeKind::Info, text: describe_change(change) };
        Some(Self::Changed { about: change.conversation().clone(), notice })
    }

    /// The event for a transaction that did not take effect.
    #[must_use]
    pub(crate) fn from_failed_commit(changes: &[Change], failure: Failure) -> Option<Self> {
        let about = changes.last()?.conversation().clone();
        Some(Self::NotChanged { about, failure })
    }
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
