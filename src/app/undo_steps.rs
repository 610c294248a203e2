//! Remembers what the user did, for the undo key. Must not undo anything: `undo` does.

use crate::chat::{ConversationId, TrashNumber, TurnId};
use crate::settings::Action;

use super::{State, UndoAction, UndoStage, UndoStep, temporary};

/// The most actions to remember.
const MAX_STEPS: usize = 200;

impl State {
    /// Remembers an action that was asked for. Changes of the temporary conversation cannot be
    /// undone: nothing keeps what they replaced.
    pub(crate) fn push_undo(&mut self, conversation: ConversationId, undo: UndoAction) {
        // The arrangement is changed at once; everything else once it is stored.
        let is_made = matches!(undo, UndoAction::Arrange(_));
        let stage = if is_made { UndoStage::Made } else { UndoStage::Requested };
        self.push_step(UndoStep { conversation, turn: None, undo, stage });
    }

    /// Remembers that the question of a turn replaces messages, once it is stored.
    pub(crate) fn push_undo_of_question(&mut self, turn: TurnId, conversation: ConversationId) {
        let undo = UndoAction::Restore(None);
        let stage = UndoStage::Requested;
        self.push_step(UndoStep { conversation, turn: Some(turn), undo, stage });
    }

    /// Returns the action that was being undone; it stays the next to be undone where it `is_left`.
    pub(crate) fn end_undoing(&mut self, is_left: bool) -> Option<UndoStep> {
        let steps = &mut self.undo.steps;
        let at = steps.iter().position(|step| step.stage == UndoStage::Undoing)?;
        if !is_left {
            return Some(steps.remove(at));
        }
        let step = steps.get_mut(at)?;
        step.stage = UndoStage::Made;
        Some(step.clone())
    }

    fn push_step(&mut self, step: UndoStep) {
        if temporary::is_temporary(self, &step.conversation) {
            return;
        }
        let steps = &mut self.undo.steps;
        steps.push(step);
        let too_many = steps.len().saturating_sub(MAX_STEPS);
        steps.drain(..too_many);
    }

    /// Remembers where the trash holds what the action that waits for its change removed.
    pub(crate) fn note_trashed(
        &mut self,
        conversation: &ConversationId,
        turn: Option<&TurnId>,
        number: TrashNumber,
    ) {
        if let Some(step) =
            self.waiting_step(conversation, turn).and_then(|at| self.undo.steps.get_mut(at))
            && let UndoAction::Restore(entry) = &mut step.undo
        {
            *entry = Some(number);
        }
    }

    /// Remembers how many messages the duplicate has that was asked for.
    pub(crate) fn note_duplicate(&mut self, copy: &ConversationId, count: usize) {
        if let Some(step) = self.waiting_step(copy, None).and_then(|at| self.undo.steps.get_mut(at))
            && let UndoAction::DeleteDuplicate(messages) = &mut step.undo
        {
            *messages = count;
        }
    }

    /// Marks the action that was waiting for the change of a conversation; false where none was, or its
    /// change has removed nothing that could be restored.
    pub(crate) fn confirm_undo(
        &mut self,
        conversation: &ConversationId,
        turn: Option<&TurnId>,
    ) -> bool {
        let Some(at) = self.waiting_step(conversation, turn) else { return false };
        match self.undo.steps.get_mut(at) {
            Some(step) if step.undo != UndoAction::Restore(None) => {
                step.stage = UndoStage::Made;
                true
            }
            _ => {
                self.undo.steps.remove(at);
                self.undo.waiting = 0;
                false
            }
        }
    }

    /// Forgets the action whose change could not be made.
    pub(crate) fn cancel_undo(&mut self, conversation: &ConversationId, turn: Option<&TurnId>) {
        if let Some(at) = self.waiting_step(conversation, turn) {
            self.undo.steps.remove(at);
        }
    }

    /// The action of a conversation that waits for its change. The store answers in order, so it is the
    /// first one; only the question of a turn goes to the store later, once its server was checked.
    fn waiting_step(&self, conversation: &ConversationId, turn: Option<&TurnId>) -> Option<usize> {
        self.undo.steps.iter().position(|step| {
            step.stage == UndoStage::Requested
                && step.turn.as_ref() == turn
                && step.conversation == *conversation
        })
    }

    /// How to undo, to follow a sentence about what was done.
    pub(crate) fn undo_hint(&self) -> String {
        let key = self.keymap.primary_key(Action::Undo);
        key.map_or_else(|| " /undo to undo.".to_owned(), |key| format!(" {key} to undo."))
    }
}
