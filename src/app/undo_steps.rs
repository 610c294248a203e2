//! Remembers what the user did, for the undo key. Must not undo anything: `undo` does.

use crate::chat::ConversationId;
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

    /// Marks the action that was waiting for its change; false where none was.
    pub(crate) fn confirm_undo(&mut self, conversation: Option<&ConversationId>) -> bool {
        let last = self.undo_steps.last_mut().filter(|step| {
            !step.made && conversation.is_none_or(|changed| *changed == step.conversation)
        });
        last.map(|step| step.made = true).is_some()
    }

    /// Forgets the action whose change could not be made.
    pub(crate) fn cancel_undo(&mut self, conversation: Option<&ConversationId>) {
        self.undo_steps.pop_if(|step| {
            !step.made && conversation.is_none_or(|changed| *changed == step.conversation)
        });
    }

    /// How to undo, to follow a sentence about what was done.
    pub(crate) fn undo_hint(&self) -> String {
        let key = self.keymap.primary_key(Action::Undo);
        key.map_or_else(|| " /undo to undo.".to_owned(), |key| format!(" {key} to undo."))
    }
}
