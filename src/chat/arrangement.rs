//! How the user arranged the list of conversations: pinned, archived, width. The web app knows none of it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::ConversationId;

/// The user's arrangement of the list, stored beside the shared file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Arrangement {
    /// Conversations listed above the others.
    pub pinned: BTreeSet<ConversationId>,
    /// Conversations hidden until the archive is opened.
    pub archived: BTreeSet<ConversationId>,
    /// The width of the list in columns, once the user has changed it.
    pub list_width: Option<u16>,
}

/// One thing the user did to the order of the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArrangementChange {
    /// Lists a conversation above the others.
    Pin(ConversationId),
    /// Lists a pinned conversation among the others again.
    Unpin(ConversationId),
    /// Hides a conversation from the list.
    Archive(ConversationId),
    /// Lists an archived conversation again.
    Unarchive(ConversationId),
    /// Sets the width of the list in columns.
    ListWidth(u16),
}

impl ArrangementChange {
    /// The conversation it is about; `None` where it is about the whole list.
    #[must_use]
    pub const fn conversation(&self) -> Option<&ConversationId> {
        match self {
            Self::Pin(id) | Self::Unpin(id) | Self::Archive(id) | Self::Unarchive(id) => Some(id),
            Self::ListWidth(_) => None,
        }
    }
}

impl Arrangement {
    /// Applies one change. Archiving unpins and pinning unarchives.
    pub fn apply(&mut self, change: &ArrangementChange) {
        match change {
            ArrangementChange::Pin(id) => {
                self.archived.remove(id);
                self.pinned.insert(id.clone());
            }
            ArrangementChange::Unpin(id) => {
                self.pinned.remove(id);
            }
            ArrangementChange::Archive(id) => {
                self.pinned.remove(id);
                self.archived.insert(id.clone());
            }
            ArrangementChange::Unarchive(id) => {
                self.archived.remove(id);
            }
            ArrangementChange::ListWidth(columns) => self.list_width = Some(*columns),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pinning_unarchives_and_archiving_unpins() {
        let id = ConversationId::new("a");
        let mut arrangement = Arrangement::default();
        arrangement.apply(&ArrangementChange::Pin(id.clone()));
        arrangement.apply(&ArrangementChange::Archive(id.clone()));
        assert!(arrangement.pinned.is_empty() && arrangement.archived.contains(&id));
        arrangement.apply(&ArrangementChange::Pin(id.clone()));
        assert!(arrangement.pinned.contains(&id) && arrangement.archived.is_empty());
    }
}
