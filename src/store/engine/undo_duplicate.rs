//! Undoes a duplication: deletes the copy, as long as nothing was added to it.

use crate::chat::{Change, ConversationId, UndoOutcome};

use crate::store::engine::Store;
use crate::store::engine::commit::LoggedDraft;
use crate::store::engine::undo::InverseOutcome;
use crate::store::engine::undo_plan::{GOES_ON, refusal};
use crate::store::file::error::StoreError;
use crate::store::records::record_text::Extent;
use crate::store::state::Actor;

impl Store {
    /// Deletes a copy that was made with this many messages. Only its number undoes that, so that the next undo
    /// goes to the change before the copy.
    ///
    /// # Errors
    /// When the file or the trash cannot be written.
    pub fn undo_duplicate(
        &mut self,
        copy: &ConversationId,
        messages: usize,
    ) -> Result<UndoOutcome, StoreError> {
        let _lock = self.lock()?;
        self.reconcile_or_log();
        let planner = |store: &Self, draft: &mut LoggedDraft<'_>| {
            let Some(current) = draft.file.conversation(copy, Extent::Whole)? else {
                let why = refusal("the copy was deleted since.", GOES_ON);
                return Ok(InverseOutcome::NoEffect(why));
            };
            let title = store.title_in_sentence(copy, current.title.stored());
            if current.messages.len() > messages {
                let reason = format!("\"{title}\" has new messages since it was copied.");
                let why = refusal(&reason, "Delete the copy if you do not need them.");
                return Ok(InverseOutcome::NoEffect(why));
            }
            draft.apply(&Change::Delete { id: copy.clone() })?;
            Ok(InverseOutcome::Applied(format!("Deleted the copy \"{title}\".")))
        };
        let (_, outcome) = self.commit_changes(Actor::Program, planner)?;
        Ok(match outcome {
            InverseOutcome::Applied(line) => UndoOutcome::Undone(line),
            InverseOutcome::NoEffect(why) => UndoOutcome::Refused(why),
        })
    }
}
