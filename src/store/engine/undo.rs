//! Undoes what was deleted, edited, renamed, reapplied or overwritten, each in one write.
//!
//! - What the user did, and what another program lost, is undone in turn, one entry each time. What
//!   this program did by itself is undone only by its number.
//! - An entry leaves the trash only where undoing it restored something, and left nothing behind. One
//!   that has nothing to do stays, but is passed over until another change of its conversation is undone.

use std::io;

use crate::chat::{Advice, Change, ConversationId, Failure, FailureKind, UndoOutcome, title};

use crate::store::engine::commit::LoggedDraft;
use crate::store::engine::undo_order::is_hidden_by;
use crate::store::engine::undo_plan::{self, EditedMessages, GOES_ON, UndoPlan, refusal};
use crate::store::engine::{ApplyOutcome, Store};
use crate::store::file::error::{StoreError, VersionError};
use crate::store::records::record_text::Extent;
use crate::store::records::sanitize::{self, AllowedModels};
use crate::store::state::{Actor, Removed, TrashEntry, TrashNumber};

/// What came of applying the inverse of a change to a draft.
pub(super) enum InverseOutcome {
    /// It changed something; the sentence names what.
    Applied(String),
    /// There is nothing that it could change.
    NoEffect(Failure),
}

impl Store {
    /// The entry that undoes the last change that the user made here; `None` where it removed nothing.
    #[must_use]
    pub const fn last_trashed(&self) -> Option<TrashNumber> {
        self.last_trashed
    }

    /// Undoes the entry whose turn it is, or the one with that number.
    ///
    /// # Errors
    /// When the file or the trash cannot be written, no entry has that number, or a newer entry has to be
    /// undone first.
    pub fn undo(&mut self, number: Option<TrashNumber>) -> Result<UndoOutcome, StoreError> {
        let _lock = self.lock()?;
        self.reconcile_or_log();
        self.titles_before = self.full_titles.read();
        let mut entries = self.entries_in_undo_order().into_iter();
        let entry = match number {
            Some(number) => {
                let entry = entries.find(|(other, _)| *other == number);
                Some(entry.ok_or(StoreError::NothingToUndo(number.0))?)
            }
            None => entries.next(),
        };
        let Some((found, entry)) = entry else { return Ok(UndoOutcome::Nothing) };
        if number.is_none() && !entry.is_undone_in_turn() {
            return Ok(UndoOutcome::Refused(only_by_number()));
        }
        self.undo_entry(found, entry)
    }

    fn undo_entry(
        &mut self,
        number: TrashNumber,
        entry: TrashEntry,
    ) -> Result<UndoOutcome, StoreError> {
        if let Removed::Overwritten { line, .. } = &entry.what {
            let repaired = sanitize::repair_sentence(self.restore_version(number)?.repaired);
            let line = format!("Restored {line} that another program overwrote.{repaired}");
            // Its conversations are in the file again, whatever becomes of the trash.
            if let Err(error) = self.mark_restored(number, entry) {
                tracing::warn!(%error, "a restored version could not be marked");
            }
            self.retry_passed_over(None);
            // What was changed here after that version was made is not in it.
            self.seen.update(|seen| seen.reapplied = None);
            self.reconcile_or_log();
            return Ok(UndoOutcome::Undone(line));
        }
        self.check_newer_edits(number, &entry.what)?;
        let planner = |store: &Self, draft: &mut LoggedDraft<'_>| {
            let outcome = store.apply_inverse(draft, &entry.what)?;
            store.check_being_answered_here(draft.changes())?;
            Ok(outcome)
        };
        // What undoing a reapplication removes is the next to be undone.
        let actor = match entry.what {
            Removed::Reapplied { .. } => Actor::User,
            _ => Actor::Program,
        };
        let (_, outcome) = self.commit_changes(actor, planner)?;
        let has_all_histories = self.restore_histories(&entry.what);
        match outcome {
            InverseOutcome::Applied(line) => {
                if let Removed::Renamed { id, before, .. } = &entry.what {
                    self.save_titles(&[(id, before)]);
                }
                if has_all_histories {
                    self.trash.remove(number);
                }
                self.retry_passed_over(entry.what.conversation());
                // Changes that waited for the conversation can be applied now.
                self.reconcile_or_log();
                Ok(UndoOutcome::Undone(line))
            }
            InverseOutcome::NoEffect(mut why) => {
                let hides = |newer: &Removed| is_hidden_by(&entry.what, newer);
                self.check_newer(number, &entry.what, &why.sentence, hides)?;
                if has_all_histories && entry.is_undone_in_turn() {
                    // Only its number undoes it from now on, so that the ones before it get their turn.
                    self.write_entry(number, &TrashEntry { is_passed_over: true, ..entry })?;
                    why.sentence = format!("{} {GOES_ON}", why.sentence);
                }
                Ok(UndoOutcome::Refused(why))
            }
        }
    }

    pub(super) fn trash_error(&self, error: io::Error) -> StoreError {
        StoreError::io("written", self.trash.folder(), error)
    }

    /// Applies what undoes an entry to a draft.
    fn apply_inverse(
        &self,
        draft: &mut LoggedDraft<'_>,
        what: &Removed,
    ) -> Result<InverseOutcome, VersionError> {
        let plan = match what {
            Removed::Deleted { id, member, predecessors, before, .. } => {
                let entries = draft.version.entries();
                let before = undo_plan::original_position(entries, predecessors, before);
                return self.undelete(draft, id, member, before);
            }
            Removed::Reapplied { changes, .. } => return self.undo_reapply(draft, changes),
            Removed::Edited { id, title, keep, removed, messages } => {
                let current = draft.file.conversation(id, Extent::Whole)?;
                current
                    .map(|current| {
                        let keep = self.branch_position(&current, removed).unwrap_or(*keep);
                        let edit = EditedMessages { title, keep, removed, messages };
                        undo_plan::plan_edit(&current, &edit, self.now())
                    })
                    .ok_or(title.as_str())
            }
            Removed::Renamed { id, before, given } => {
                let current = draft.file.conversation(id, Extent::END)?;
                current
                    .map(|current| self.with_full_title(current))
                    .map(|current| undo_plan::plan_title(&current, before, given, self.now()))
                    .ok_or_else(|| given.text())
            }
            Removed::MessagesRemoved { id, title, blocks } => {
                let current = draft.file.conversation(id, Extent::Whole)?;
                current
                    .map(|current| undo_plan::plan_reinsert(&current, title, blocks.clone()))
                    .ok_or(title.as_str())
            }
            Removed::Overwritten { line, .. } => Err(line.as_str()),
        };
        match plan {
            Ok(plan) => apply_plan(draft, plan),
            Err(title) => {
                let reason = format!("\"{}\" no longer exists.", title::in_sentence(title));
                Ok(InverseOutcome::NoEffect(refusal(&reason, self.restoring_advice(what))))
            }
        }
    }

    /// What restores the conversation of an entry, which is not in the file.
    fn restoring_advice(&self, what: &Removed) -> Advice {
        let mut entries = self.trash.entries().into_iter().rev();
        let is_deletion = |(_, entry): &(TrashNumber, TrashEntry)| {
            entry.what.deleted_conversation().is_some_and(|id| Some(id) == what.conversation())
        };
        match entries.find(is_deletion) {
            Some((number, _)) => format!("`duologue undo {}` restores it.", number.0).into(),
            None => "`duologue undo --list` shows what can be restored.".into(),
        }
    }

    /// Restores a deleted conversation; where it is there again, the messages it lacks.
    pub(super) fn undelete(
        &self,
        draft: &mut LoggedDraft<'_>,
        id: &ConversationId,
        member: &str,
        before: Option<ConversationId>,
    ) -> Result<InverseOutcome, VersionError> {
        let models = draft.version.named_models(sanitize::unknown_models(member))?;
        let record = sanitize::sanitize(id, member, AllowedModels::Only(&models));
        let title = sanitize::record_title(id, &record.member);
        let (id, member) = (id.clone(), record.member.clone().into_owned());
        let current = draft.file.conversation(&id, Extent::Whole)?;
        let present = current.as_ref().map_or(title.as_str(), |current| current.title.stored());
        let shown = self.title_in_sentence(&id, present);
        let restore = Change::Restore { id, title, member, before };
        let plan = undo_plan::plan_undelete(restore, &shown, &record.member, current.as_ref());
        Ok(match apply_plan(draft, plan)? {
            InverseOutcome::Applied(line) => {
                InverseOutcome::Applied(line + &sanitize::repair_sentence(record.repaired))
            }
            nothing @ InverseOutcome::NoEffect(_) => nothing,
        })
    }
}

fn apply_plan(draft: &mut LoggedDraft<'_>, plan: UndoPlan) -> Result<InverseOutcome, VersionError> {
    Ok(match plan {
        UndoPlan::Change(change, line, nothing) => match draft.apply(&change)? {
            ApplyOutcome::Changed => InverseOutcome::Applied(line),
            ApplyOutcome::Unchanged => InverseOutcome::NoEffect(nothing),
        },
        UndoPlan::Nothing(why) => InverseOutcome::NoEffect(why),
    })
}

/// Why nothing is undone where all that is left is undone only by its number.
fn only_by_number() -> Failure {
    let sentence = "The remaining changes can be undone only by number.";
    Failure::new(FailureKind::Storage, sentence, "Run `duologue undo --list` to see them.")
}
