//! Refuses to remove a question that is being answered: its answer would have no question.

use crate::chat::{Change, Fingerprint, Message};

use crate::store::engine::Store;
use crate::store::file::error::StoreError;
use crate::store::state::OpenTurn;

impl Store {
    /// Fails where changes remove a question that another process is getting an answer to. The lock is held, and
    /// the journals of dead processes are taken over.
    pub(super) fn check_being_answered<'a>(
        &self,
        changes: impl Iterator<Item = &'a Change>,
    ) -> Result<(), StoreError> {
        check_turns(changes, || self.journal.other_states().into_iter().flat_map(|it| it.turns))
    }

    /// The same for a question of this process. Its own changes may remove it, as when it is stopped before it
    /// is sent; an undo may not.
    pub(super) fn check_being_answered_here<'a>(
        &self,
        changes: impl Iterator<Item = &'a Change>,
    ) -> Result<(), StoreError> {
        check_turns(changes, || self.journal.state().turns.iter().cloned())
    }
}

/// Fails where changes remove the question of one of the open turns.
fn check_turns<'a, T: Iterator<Item = OpenTurn>>(
    changes: impl Iterator<Item = &'a Change>,
    turns: impl FnOnce() -> T,
) -> Result<(), StoreError> {
    let removed: Vec<(&Change, &[Message])> = changes
        .map(|change| (change, removed_messages(change)))
        .filter(|(_, removed)| !removed.is_empty())
        .collect();
    if removed.is_empty() {
        return Ok(());
    }
    for open in turns() {
        let Some(question) = &open.question else { continue };
        let is_removed = removed.iter().any(|(change, messages)| {
            *change.conversation() == open.conversation
                && messages.iter().any(|message| Fingerprint::of(message) == *question)
        });
        if is_removed {
            return Err(StoreError::BeingAnswered);
        }
    }
    Ok(())
}

/// The messages that a change removes from a conversation that stays.
fn removed_messages(change: &Change) -> &[Message] {
    match change {
        Change::ReplaceFrom { removed: messages, .. } | Change::RemoveMessages { messages, .. } => {
            messages
        }
        Change::Create { .. }
        | Change::Append { .. }
        | Change::Rename { .. }
        | Change::Delete { .. }
        | Change::Restore { .. }
        | Change::Insert { .. } => &[],
    }
}
