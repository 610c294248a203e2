//! How the user arranged the list: what is pinned, what is archived, how wide it is.
//! May not touch conversations; the web app never hears of any of this.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::ConversationId;

/// How the user arranged the list.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Arrangement {
    /// Conversations that stand above the others.
    pub pinned: BTreeSet<ConversationId>,
    /// Conversations that are out of sight until they are asked for.
    pub archived: BTreeSet<ConversationId>,
    /// Columns of the list, once the user has chosen them by key.
    pub list_width: Option<u16>,
}

/// One change of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ArrangementChange {
    /// Put above the others.
    Pin(ConversationId),
    /// Back among the others.
    Unpin(ConversationId),
    /// Out of sight.
    Archive(ConversationId),
    /// Back in sight.
    Unarchive(ConversationId),
    /// So many columns.
    ListWidth(u16),
}

impl ArrangementChange {
    /// The conversation it moves; `None` where it is about the whole list.
    #[must_use]
    pub const fn conversation(&self) -> Option<&ConversationId> {
        match self {
            Self::Pin(id) | Self::Unpin(id) | Self::Archive(id) | Self::Unarchive(id) => Some(id),
            Self::ListWidth(_) => None,
        }
    }
}

impl Arrangement {
    /// Makes one change. What is archived is not pinned, and the other way round.
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
    fn nothing_is_pinned_and_archived_at_once() {
        let id = ConversationId::new("a");
        let mut it = Arrangement::default();
        it.apply(&ArrangementChange::Pin(id.clone()));
        it.apply(&ArrangementChange::Archive(id.clone()));
        assert!(it.pinned.is_empty() && it.archived.contains(&id));
        it.apply(&ArrangementChange::Pin(id.clone()));
        assert!(it.pinned.contains(&id) && it.archived.is_empty());
    }
}
