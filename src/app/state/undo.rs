//! State of undoing: the actions of this session, and what is being undone.

use crate::chat::{ArrangementChange, ConversationId, TrashNumber, TurnId};

/// What can be undone here, and how far undoing is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UndoState {
    /// Actions of this session, the latest last.
    pub steps: Vec<UndoStep>,
    /// Whether the store is undoing something.
    pub is_running: bool,
    /// How many times undoing was asked for since, which is done one after the other.
    pub waiting: usize,
}

/// An action of this session that can be undone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoStep {
    /// The conversation it changed.
    pub conversation: ConversationId,
    /// The turn whose question makes the change; `None` where it is made by itself.
    pub turn: Option<TurnId>,
    /// The opposite action, which the key for undoing runs.
    pub undo: UndoAction,
    /// How far the change is.
    pub stage: UndoStage,
}

/// How far a change that can be undone is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UndoStage {
    /// It was asked for and may still fail.
    Requested,
    /// It was made.
    Made,
    /// It is being undone.
    Undoing,
}

/// The opposite of something the user did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UndoAction {
    /// The opposite change of the list's arrangement.
    Arrange(ArrangementChange),
    /// Deleting the duplicate, which was made with this many messages; the store says how many.
    DeleteDuplicate(usize),
    /// Restoring what a deletion, an edit or a renaming put into the trash. The store says under which number,
    /// before it reports the change; it says nothing where nothing was removed.
    Restore(Option<TrashNumber>),
}

impl UndoState {
    /// Whether the next step cannot be undone yet: another is being undone, or it is still being stored. What
    /// the question of a turn changes takes as long as its answer, which nobody waits for here.
    pub(crate) fn has_to_wait(&self) -> bool {
        let is_requested =
            |step: &UndoStep| step.stage == UndoStage::Requested && step.turn.is_none();
        self.is_running || self.steps.last().is_some_and(is_requested)
    }
}
