//! The history of calculations of a conversation: extended when a tool is used, in the trash while its
//! conversation is.

use crate::chat::calculation::other_calculations;
use crate::chat::{
    Calculation, Change, Conversation, ConversationId, FileNotice, ToolUse, io_reason,
};

use crate::store::calculations::CalculationHistory;
use crate::store::engine::Store;
use crate::store::file::error::StoreError;
use crate::store::state::{Removed, TrashNumber};

impl Store {
    /// Adds the call of a tool to the history that the web app keeps for its conversation.
    ///
    /// # Errors
    /// When the history cannot be written, or has a shape in which the web app could not use it.
    pub fn record_tool_use(
        &mut self,
        conversation: &ConversationId,
        tool: &ToolUse,
    ) -> Result<(), StoreError> {
        let Some(history) = CalculationHistory::of(&self.paths, conversation) else {
            return Ok(());
        };
        let _lock = self.lock()?;
        history.record(tool)
    }

    /// The calculations in the history of a conversation that none of its answers shows.
    #[must_use]
    pub fn other_calculations(&self, conversation: &Conversation) -> Vec<Calculation> {
        other_calculations(self.calculations(&conversation.id), &conversation.messages)
    }

    /// The calculations in the history of a conversation.
    #[must_use]
    pub fn calculations(&self, conversation: &ConversationId) -> Vec<Calculation> {
        let history = CalculationHistory::of(&self.paths, conversation);
        history.map(|history| history.read()).unwrap_or_default()
    }

    /// Moves the history of a conversation that was deleted into the trash. A history that stays
    /// behind is no reason to report the deletion as failed.
    pub(super) fn put_history_in_trash(&self, id: &ConversationId, number: TrashNumber) {
        let Some(history) = CalculationHistory::of(&self.paths, id) else { return };
        if let Err(error) = history.move_to(&self.trash.files_folder(number)) {
            tracing::warn!(%error, "the calculations of a deleted conversation stay");
        }
    }

    /// Moves the histories of the conversations that undoing an entry restores out of the trash.
    /// Returns whether none is left there, and adds a notice where one is.
    pub(super) fn restore_histories(&mut self, undone: &Removed) -> bool {
        let ids = match undone {
            Removed::Deleted { id, .. } => vec![id],
            Removed::Reapplied { changes, .. } => changes.iter().filter_map(restored_id).collect(),
            _ => Vec::new(),
        };
        self.restore_histories_of(&ids)
    }

    /// Moves the histories of restored conversations out of the trash; see `restore_histories`.
    pub(super) fn restore_histories_of(&mut self, ids: &[&ConversationId]) -> bool {
        if ids.is_empty() {
            return true;
        }
        let mut has_all = true;
        for (number, entry) in self.trash.entries().into_iter().rev() {
            let Removed::Deleted { id, .. } = &entry.what else { continue };
            let Some(history) = CalculationHistory::of(&self.paths, id) else { continue };
            if ids.contains(&id)
                && let Err(error) = history.move_back(&self.trash.files_folder(number))
            {
                has_all = false;
                self.notices.push(FileNotice::info(format!(
                    "The calculations of the conversation could not be moved back: {}. They stay in the \
                     trash, and the next undo tries again.",
                    io_reason(&error)
                )));
            }
        }
        has_all
    }
}

const fn restored_id(change: &Change) -> Option<&ConversationId> {
    match change {
        Change::Restore { id, .. } => Some(id),
        _ => None,
    }
}
