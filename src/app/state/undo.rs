//! State of undoing: the actions of this session, the latest last.

use crate::chat::{ArrangementChange, ConversationId, TrashNumber, TurnId};

/// An action of this session that can be undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoStep {
    /// The conversation it changed.
    pub conversation: ConversationId,
    /// The turn whose question makes the change; `None` where it is made by itself.
    pub turn: Option<TurnId>,
    /// The opposite action, which the key for undoing runs.
    pub undo: UndoAction,
    /// Whether the change was made; until then it may still fail.
    pub made: bool,
}

/// The opposite of something the user did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UndoAction {
    /// The opposite change of the list's arrangement.
    Arrange(ArrangementChange),
    /// Deleting the duplicate that was made.
    DeleteDuplicate,
    /// Restoring what a deletion, an edit or a renaming put into the trash. The store says under which number,
    /// before it reports the change; it says nothing where nothing was removed.
    Restore(Option<TrashNumber>),
}
