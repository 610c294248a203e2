//! Remembers what the user did, for the undo key. Must not undo anything: `undo` does.

use crate::chat::{ConversationId, TrashNumber, TurnId};
use crate::settings::Action;

use super::{State, UndoAction, UndoStep, temporary};

/// The most actions to remember.
const MAX_STEPS: usize = 200;

impl State {
    /// Remembers an action that was asked for. Changes of the temporary conversation cannot be
    /// undone: nothing keeps what they replaced.
    pub(crate) fn push_undo(&mut self, conversation: ConversationId, undo: UndoAction) {
        // The arrangement is changed at once; everything else once it is stored.
        let made = matches!(undo, UndoAction::Arrange(_));
        self.push_step(UndoStep { conversation, turn: None, undo, made });
    }

    /// Remembers that the question of a turn replaces messages, once it is stored.
    pub(crate) fn push_undo_of_question(&mut self, turn: TurnId, conversation: ConversationId) {
        let undo = UndoAction::Restore(None);
        self.push_step(UndoStep { conversation, turn: Some(turn), undo, made: false });
    }

    /// Remembers an action whose undoing has to wait for that of a newer one.
    pub(crate) fn push_undo_again(&mut self, conversation: ConversationId, number: TrashNumber) {
        let undo = UndoAction::Restore(Some(number));
        self.push_step(UndoStep { conversation, turn: None, undo, made: true });
    }

    fn push_step(&mut self, step: UndoStep) {
        if temporary::is_temporary(self, &step.conversation) {
            return;
        }
        self.undo_steps.push(step);
        let too_many = self.undo_steps.len().saturating_sub(MAX_STEPS);
        self.undo_steps.drain(..too_many);
    }

    /// Remembers where the trash holds what the action that waits for its change removed.
    pub(crate) fn note_trashed(
        &mut self,
        conversation: &ConversationId,
        turn: Option<&TurnId>,
        number: TrashNumber,
    ) {
        if let Some(step) =
            self.waiting_step(conversation, turn).and_then(|at| self.undo_steps.get_mut(at))
            && let UndoAction::Restore(entry) = &mut step.undo
        {
            *entry = Some(number);
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
        match self.undo_steps.get_mut(at) {
            Some(step) if step.undo != UndoAction::Restore(None) => {
                step.made = true;
                true
            }
            _ => {
                self.undo_steps.remove(at);
                false
            }
        }
    }

    /// Forgets the action whose change could not be made.
    pub(crate) fn cancel_undo(&mut self, conversation: &ConversationId, turn: Option<&TurnId>) {
        if let Some(at) = self.waiting_step(conversation, turn) {
            self.undo_steps.remove(at);
        }
    }

    /// The action of a conversation that waits for its change. The store answers in order, so it is the
    /// first one; only the question of a turn goes to the store later, once its server was checked.
    fn waiting_step(&self, conversation: &ConversationId, turn: Option<&TurnId>) -> Option<usize> {
        self.undo_steps.iter().position(|step| {
            !step.made && step.turn.as_ref() == turn && step.conversation == *conversation
        })
    }

    /// How to undo, to follow a sentence about what was done.
    pub(crate) fn undo_hint(&self) -> String {
        let key = self.keymap.primary_key(Action::Undo);
        key.map_or_else(|| " /undo to undo.".to_owned(), |key| format!(" {key} to undo."))
    }
}
