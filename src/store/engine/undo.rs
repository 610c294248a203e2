//! Taking things back: what was deleted, edited, healed or written over by somebody.
//! May not destroy anything on the way: where what was done cannot be undone, both are kept.
//!
//! - What the user did himself, and what another program lost, comes first; what this program did
//!   by itself can be taken back by its number, or when nothing else is left.
//! - "Is back" is said only where something came back, and only then its entry goes.

use crate::chat::{
    Change, ConversationId, Fingerprint, Message, MessageBlock, Role, Timestamp, merge,
};

use crate::store::engine::trash_out::parse_member;
use crate::store::engine::{ApplyOutcome, MAX_ATTEMPTS, Store};
use crate::store::file::error::StoreError;
use crate::store::records::sanitize;
use crate::store::state::{Actor, Removed, TrashEntry, TrashNumber};

/// One thing that can be taken back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UndoEntry {
    /// Its number; later ones have higher numbers.
    pub number: TrashNumber,
    /// When it happened.
    pub at: Timestamp,
    /// What happened, in one line.
    pub line: String,
}

/// What came of taking something back; with a line about it.
enum UndoOutcome {
    /// The file has it again.
    Restored(String),
    /// There was nothing to do; why.
    NothingToDo(String),
}

impl UndoOutcome {
    /// Adds a sentence about what came back.
    fn with_note(self, note: &str) -> Self {
        match self {
            Self::Restored(line) => Self::Restored(line + note),
            Self::NothingToDo(why) => Self::NothingToDo(why),
        }
    }
}

impl Store {
    /// What can be taken back, in the order in which that is done: the user's own acts and what
    /// others lost first, the latest first.
    #[must_use]
    pub fn undoable(&self) -> Vec<UndoEntry> {
        let all = self.entries_in_undo_order().into_iter();
        all.map(|(number, TrashEntry { at, what, .. })| UndoEntry {
            number,
            at,
            line: describe(&what),
        })
        .collect()
    }

    fn entries_in_undo_order(&self) -> Vec<(TrashNumber, TrashEntry)> {
        let mut all = self.trash.entries();
        all.retain(|(_, thrown)| !is_restored(thrown));
        all.reverse();
        all.sort_by_key(|(_, thrown)| thrown.by == Actor::Program);
        all
    }

    /// Takes the first of what can be taken back, or the one with that number; tells what was
    /// done, or `None` where there is nothing.
    ///
    /// # Errors
    /// When it could not be written, or nothing has that number.
    pub fn undo(&mut self, wanted: Option<TrashNumber>) -> Result<Option<String>, StoreError> {
        let _held = self.lock()?;
        self.reconcile_or_log();
        let mut all = self.entries_in_undo_order();
        if let Some(wanted) = wanted {
            all.retain(|(number, _)| wanted == *number);
            if all.is_empty() {
                return Err(StoreError::NothingToUndo(wanted.0));
            }
        }
        // The first that cannot be taken back any more is said, and the next one is.
        let mut said = None;
        for (number, thrown) in all {
            match self.undo_entry(number, thrown)? {
                UndoOutcome::Restored(line) => {
                    return Ok(Some(said.map_or(line.clone(), |why| format!("{why} {line}"))));
                }
                UndoOutcome::NothingToDo(why) => said = said.or(Some(why)),
            }
        }
        Ok(said)
    }

    fn undo_entry(
        &mut self,
        number: TrashNumber,
        thrown: TrashEntry,
    ) -> Result<UndoOutcome, StoreError> {
        let taken = match thrown.what {
            Removed::Deleted { id, member, behind, before, .. } => {
                let (member, title, note) = self.sanitize_record(&id, &member)?;
                let before = self.original_position(&behind, &before)?;
                self.undelete(&id, &title, &member, before.as_ref())?.with_note(&note)
            }
            Removed::Edited { id, title, .. } | Removed::TakenOut { id, title, .. }
                if self.reconciled_conversation(&id)?.is_none() =>
            {
                UndoOutcome::NothingToDo(format!("\"{title}\" no longer exists."))
            }
            Removed::Edited { id, title, keep, removed, messages } => {
                self.undo_edit(&id, &title, keep, removed, &messages)?
            }
            Removed::TakenOut { id, title, blocks } => {
                self.reinsert_messages(&id, &title, blocks)?
            }
            Removed::Healed { changes, .. } => self.undo_reapply(&changes)?,
            Removed::Overwritten { line, .. } => {
                let note = sanitize::repair_sentence(self.restore_version(number)?.repaired);
                let restored = Some(self.now());
                let what = Removed::Overwritten { line: line.clone(), restored };
                let kept = self.trash.write_entry(number, &TrashEntry { what, ..thrown });
                kept.map_err(|error| StoreError::io("written", self.trash.folder(), error))?;
                return Ok(UndoOutcome::Restored(format!("Restored {line}.{note}")));
            }
        };
        if matches!(taken, UndoOutcome::Restored(_)) {
            self.trash.remove(number);
            // What came in meanwhile and found no place has one again.
            self.reconcile_or_log();
        }
        Ok(taken)
    }

    /// A deleted conversation comes back as it was; where it is there again, what it lacks of it.
    fn undelete(
        &mut self,
        id: &ConversationId,
        title: &str,
        member: &str,
        before: Option<&ConversationId>,
    ) -> Result<UndoOutcome, StoreError> {
        for _ in 0..MAX_ATTEMPTS {
            if let Some(there) = self.reconciled_conversation(id)? {
                let kept = parse_member(member).map(|kept| kept.messages).unwrap_or_default();
                let lacking = merge::missing_blocks(&there.messages, &kept);
                return self.reinsert_messages(id, &there.title, lacking);
            }
            let change = Change::Restore {
                id: id.clone(),
                title: title.to_owned(),
                member: member.to_owned(),
                before: before.cloned(),
            };
            if self.apply_changes(&[change], Actor::Program)? == ApplyOutcome::Changed {
                return Ok(UndoOutcome::Restored(format!("Restored \"{title}\".")));
            }
        }
        Err(StoreError::Contended(self.paths.chats_file()))
    }

    /// Messages that were in a conversation and are not.
    fn reinsert_messages(
        &mut self,
        id: &ConversationId,
        title: &str,
        blocks: Vec<MessageBlock>,
    ) -> Result<UndoOutcome, StoreError> {
        let there = self.read_conversation(id)?.messages;
        let all: Vec<Message> = blocks.iter().flat_map(|block| block.messages.clone()).collect();
        let missing = merge::missing_blocks(&there, &all);
        let many: usize = missing.iter().map(|block| block.messages.len()).sum();
        // Whole, they know best what they stood behind.
        let blocks = if many == all.len() { blocks } else { missing };
        let change = Change::Insert { id: id.clone(), blocks };
        if many == 0 || self.apply_changes(&[change], Actor::Program)? == ApplyOutcome::Unchanged {
            return Ok(UndoOutcome::NothingToDo(format!(
                "\"{title}\" already exists with all its messages."
            )));
        }
        Ok(UndoOutcome::Restored(match many {
            1 => format!("Restored 1 message in \"{title}\"."),
            many => format!("Restored {many} messages in \"{title}\"."),
        }))
    }

    /// What healing did is undone, as far as it is still there.
    fn undo_reapply(&mut self, changes: &[Change]) -> Result<UndoOutcome, StoreError> {
        let mut any = false;
        for change in changes {
            if let Change::Restore { id, title, member, before } = change {
                let (member, ..) = self.sanitize_record(id, member)?;
                let taken = self.undelete(id, title, &member, before.as_ref())?;
                any |= matches!(taken, UndoOutcome::Restored(_));
            } else if self.reconciled_conversation(change.conversation())?.is_some() {
                any |= self.apply_changes(std::slice::from_ref(change), Actor::Program)?
                    == ApplyOutcome::Changed;
            }
        }
        Ok(if any {
            UndoOutcome::Restored("Undid the changes that were applied again.".to_owned())
        } else {
            UndoOutcome::NothingToDo(
                "The changes that were applied again are already undone.".to_owned(),
            )
        })
    }

    /// Before which conversation one stood that was deleted, as far as its neighbours are there.
    fn original_position(
        &mut self,
        behind: &[ConversationId],
        before: &[ConversationId],
    ) -> Result<Option<ConversationId>, StoreError> {
        let entries = &self.open_current()?.index.unpacked().entries;
        let there = |id: &&ConversationId| entries.iter().any(|entry| entry.id == **id);
        if let Some(next) = before.iter().find(there) {
            return Ok(Some(next.clone()));
        }
        let place = |id: &ConversationId| entries.iter().rposition(|entry| entry.id == *id);
        let last = behind.iter().find_map(place);
        let next = match (last, behind) {
            (Some(last), _) => entries.get(last.saturating_add(1)),
            (None, []) => entries.first(),
            (None, _) => None,
        };
        Ok(next.map(|entry| entry.id.clone()))
    }

    /// What stood there comes back in the place of what came and the answer that got; where that is
    /// not all there is, it is put in beside everything else.
    fn undo_edit(
        &mut self,
        id: &ConversationId,
        title: &str,
        keep: usize,
        removed: Vec<Message>,
        came: &[Message],
    ) -> Result<UndoOutcome, StoreError> {
        let chat = self.read_conversation(id)?;
        let tail = chat.messages.get(keep..).unwrap_or_default();
        // An answer that was asked for again gives way to the one before; both are kept.
        let was_answer = came.is_empty() && is_answer(removed.first());
        let is_another_answer = was_answer && is_answer(tail.first());
        let behind = tail.get(came.len()..).unwrap_or_default();
        let fits = keep <= chat.messages.len()
            && came.len() <= tail.len()
            && came.iter().zip(tail).all(|(came, there)| came.is_same(there))
            && behind.iter().all(|message| message.role != Role::User)
            && (!came.is_empty() || tail.is_empty() || is_another_answer);
        let id = id.clone();
        let (change, said) = if fits {
            let (tail, at) = (tail.to_vec(), self.now());
            let change = Change::ReplaceTail { id, keep, removed: tail, messages: removed, at };
            let said = if was_answer {
                format!("Restored the previous answer in \"{title}\".")
            } else {
                format!("Undid the edit in \"{title}\".")
            };
            (change, said)
        } else {
            // What came back by itself is not put in twice.
            let missing = merge::missing_blocks(&chat.messages, &removed);
            let many: usize = missing.iter().map(|block| block.messages.len()).sum();
            if many == 0 {
                return Ok(UndoOutcome::NothingToDo(format!(
                    "The earlier messages of \"{title}\" are already there."
                )));
            }
            let behind = keep.checked_sub(1).and_then(|at| chat.messages.get(at));
            let whole = MessageBlock { behind: behind.map(Fingerprint::of), messages: removed };
            let blocks = if many == whole.messages.len() { vec![whole] } else { missing };
            let said = format!(
                "Restored the earlier messages of \"{title}\" next to the later \
                                ones."
            );
            (Change::Insert { id, blocks }, said)
        };
        Ok(match self.apply_changes(&[change], Actor::Program)? {
            ApplyOutcome::Changed => UndoOutcome::Restored(said),
            ApplyOutcome::Unchanged => UndoOutcome::NothingToDo(format!(
                "The earlier messages of \"{title}\" are already there."
            )),
        })
    }
}

fn is_answer(message: Option<&Message>) -> bool {
    message.is_some_and(|message| message.role == Role::Assistant)
}

/// A version that was brought back stays until that is safe, but cannot be brought back again.
const fn is_restored(thrown: &TrashEntry) -> bool {
    matches!(thrown.what, Removed::Overwritten { restored: Some(_), .. })
}

fn describe(what: &Removed) -> String {
    match what {
        Removed::Deleted { title, .. } => format!("\"{title}\" was deleted"),
        Removed::Edited { title, removed, .. } => match removed.len() {
            1 => format!("1 message of \"{title}\" was replaced"),
            many => format!("{many} messages of \"{title}\" were replaced"),
        },
        Removed::TakenOut { title, blocks, .. } => {
            match blocks.iter().map(|block| block.messages.len()).sum() {
                1_usize => format!("1 message of \"{title}\" was removed"),
                many => format!("{many} messages of \"{title}\" were removed"),
            }
        }
        Removed::Healed { line, .. } => line.trim_end_matches('.').to_owned(),
        Removed::Overwritten { line, .. } => format!("{line} overwritten by another program"),
    }
}
