//! Remembers what the user did, for the undo key. Must not undo anything: `undo` does.

use crate::chat::{ConversationId, TrashNumber};
use crate::settings::Action;

use super::{State, UndoAction, UndoStep, temporary};

/// The most actions to remember.
const MAX_STEPS: usize = 200;

impl State {
    /// Remembers an action that was asked for. Changes of the temporary conversation cannot be
    /// undone: nothing keeps what they replaced.
    pub(crate) fn push_undo(&mut self, conversation: ConversationId, undo: UndoAction) {
        if temporary::is_temporary(self, &conversation) {
            return;
        }
        // The arrangement is changed at once; everything else once it is stored.
        let made = matches!(undo, UndoAction::Arrange(_));
        self.undo_steps.push(UndoStep { conversation, undo, made });
        let too_many = self.undo_steps.len().saturating_sub(MAX_STEPS);
        self.undo_steps.drain(..too_many);
    }

    /// Remembers where the trash holds what the action that waits for its change removed.
    pub(crate) fn note_trashed(&mut self, conversation: &ConversationId, number: TrashNumber) {
        if let Some(step) =
            self.waiting_step(conversation).and_then(|at| self.undo_steps.get_mut(at))
            && let UndoAction::Restore(entry) = &mut step.undo
        {
            *entry = Some(number);
        }
    }

    /// Marks the action that was waiting for the change of a conversation; false where none was, or its
    /// change has removed nothing that could be restored.
    pub(crate) fn confirm_undo(&mut self, conversation: &ConversationId) -> bool {
        let Some(at) = self.waiting_step(conversation) else { return false };
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
    pub(crate) fn cancel_undo(&mut self, conversation: &ConversationId) {
        if let Some(at) = self.waiting_step(conversation) {
            self.undo_steps.remove(at);
        }
    }

    /// The action of a conversation that waits for its change. The store answers in order: the first one.
    fn waiting_step(&self, conversation: &ConversationId) -> Option<usize> {
        self.undo_steps.iter().position(|step| !step.made && step.conversation == *conversation)
    }

    /// How to undo, to follow a sentence about what was done.
    pub(crate) fn undo_hint(&self) -> String {
        let key = self.keymap.primary_key(Action::Undo);
        key.map_or_else(|| " /undo to undo.".to_owned(), |key| format!(" {key} to undo."))
    }
}
