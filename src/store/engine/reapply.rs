//! Reapplies journaled changes that are missing from the file, for all conversations in one write.
//! Must not touch the changes a living process is making at the moment.

use std::collections::{BTreeSet, HashMap, HashSet};

use crate::chat::external_changes::ReapplyReport;
use crate::chat::reapply::{self, ReapplyPlan, ReapplyState};
use crate::chat::{Change, ConversationId, LoggedChange};

use crate::store::engine::Store;
use crate::store::engine::commit::{Draft, draft_of};
use crate::store::engine::confirm::forbid_reapplying;
use crate::store::engine::open_version::OpenVersion;
use crate::store::file::error::{StoreError, VersionError};
use crate::store::index::IndexEntry;
use crate::store::records::edits::draft::Batch;
use crate::store::records::record_text::Extent;
use crate::store::state::{Actor, ApplyState, JournalEntry, JournalRecord, Removed};

/// How often a conversation is planned again after it was restored.
const MAX_REAPPLY_ROUNDS: usize = 4;

/// Whether the next look has to reapply once more.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Completeness {
    All,
    Partial,
}

/// The changes of all terminals to one conversation, in the order they were made.
#[derive(Debug)]
struct ConversationChanges {
    id: ConversationId,
    changes: Vec<LoggedChange>,
}

impl Store {
    /// Reapplies the changes of all terminals where another program wrote since that was last done, else
    /// only those of our own that are not in the file yet. Returns a line for people.
    pub(super) fn reapply_if_needed(&mut self) -> Option<String> {
        let seen = self.seen.read();
        if seen.reapplied == Some(seen.foreign) {
            self.mark_applied_as_present();
            let pending = self.journal.state().conversations_with(JournalEntry::is_unapplied);
            if pending.is_empty() {
                return None;
            }
            let mut groups = self.changes_by_conversation();
            groups.retain(|group| pending.contains(&group.id));
            return self.reapply(groups).0;
        }
        let mut lines = Vec::new();
        if self.restore_again() {
            lines.push(
                "Another program overwrote what you restored; it was restored again.".to_owned(),
            );
        }
        let groups = self.changes_by_conversation();
        let (line, completeness) = self.reapply(groups);
        lines.extend(line);
        if completeness == Completeness::All {
            self.seen.update(|seen| seen.reapplied = Some(seen.foreign));
        }
        (!lines.is_empty()).then(|| lines.join(" "))
    }

    /// Whether changes may be missing from a version that was reconciled: reapplying them failed, as on
    /// a full disk, or their conversation is deleted.
    pub(super) fn has_changes_to_reapply(&self) -> bool {
        let seen = self.seen.read();
        seen.reapplied != Some(seen.foreign)
            || self.journal.state().entries.iter().any(JournalEntry::is_unapplied)
    }

    /// Sets what is known of applied changes where the version has been reapplied to.
    fn mark_applied_as_present(&mut self) {
        let lost = self.lost_conversations();
        for entry in &mut self.journal.state_mut().entries {
            let is_lost = lost.contains(entry.logged.change.conversation());
            let is_applied = entry.logged.applied.is_some() && !is_lost;
            if entry.apply_state == ApplyState::Unknown && is_applied {
                entry.apply_state = ApplyState::Present;
            }
        }
    }

    /// Conversations with a change of ours that another program has removed: the change waits until they are
    /// restored.
    fn lost_conversations(&mut self) -> BTreeSet<ConversationId> {
        let is_unknown = |entry: &JournalEntry| entry.apply_state == ApplyState::Unknown;
        let mut lost = self.journal.state().conversations_with(is_unknown);
        if lost.is_empty() {
            return lost;
        }
        let Ok(version) = self.open_current() else { return BTreeSet::new() };
        lost.retain(|id| version.index.entry(id).is_none());
        for logged in self.changes_in_order(|_| true) {
            if matches!(logged.change, Change::Delete { .. }) {
                lost.remove(logged.change.conversation());
            }
        }
        lost
    }

    /// Reapplies what conversations lack, all of them in one write. Returns a line for people.
    fn reapply(&mut self, mut groups: Vec<ConversationChanges>) -> (Option<String>, Completeness) {
        let mut progress = ReapplyProgress::default();
        let mut completeness = Completeness::All;
        for _ in 0..MAX_REAPPLY_ROUNDS {
            let planned = self
                .commit(Actor::Program, None, |store, version| store.plan_all(version, &groups));
            match planned {
                Ok((_, plans)) => {
                    for error in &plans.failed {
                        self.record_unstored_error(error);
                        completeness = Completeness::Partial;
                    }
                    let again = self.record_plans(plans, &groups, &mut progress);
                    groups.retain(|group| again.contains(&group.id));
                }
                Err(error) => {
                    tracing::warn!(%error, "overwritten changes could not be reapplied yet");
                    self.record_unstored_error(&error);
                    completeness = Completeness::Partial;
                    break;
                }
            }
            if groups.is_empty() {
                break;
            }
        }
        self.update_apply_states(&progress.apply_states);
        let (report, undo) = progress.into_total();
        if report.has_reapplied() {
            let now = self.now();
            self.seen.update(|seen| seen.reapplied_at = Some(now));
        }
        let line = report.sentence();
        if let Some(line) = line.clone().filter(|_| !undo.is_empty())
            && let Err(error) =
                self.put_in_trash(Removed::Reapplied { changes: undo, line }, Actor::Program)
        {
            tracing::warn!(%error, "what was reapplied cannot be undone");
        }
        (line, completeness)
    }

    /// Plans what a version needs for each conversation. One that cannot be planned does not keep the
    /// others from being reapplied.
    fn plan_all(
        &self,
        version: &OpenVersion,
        groups: &[ConversationChanges],
    ) -> Result<(Batch, ReapplyPlans), VersionError> {
        let present = present_without_reading(version, groups);
        let mut draft = draft_of(version)?;
        let mut plans = ReapplyPlans::default();
        for group in groups {
            if present.contains(&group.id) {
                plans.present.push(group.id.clone());
                continue;
            }
            match self.plan_conversation(&mut draft, version, group) {
                Ok(planned) => plans.planned.push(planned),
                Err(VersionError::Stale) => return Err(VersionError::Stale),
                Err(VersionError::Store(error)) => {
                    tracing::warn!(%error, "a conversation could not be reapplied yet");
                    plans.failed.push(error);
                }
            }
        }
        Ok((draft.into_batch(), plans))
    }

    fn plan_conversation(
        &self,
        draft: &mut Draft<'_>,
        version: &OpenVersion,
        ConversationChanges { id, changes }: &ConversationChanges,
    ) -> Result<PlannedConversation, VersionError> {
        // The report names it as the user knows it.
        let current = draft.conversation(id, Extent::Whole)?.map(|it| self.with_full_title(it));
        let all: Vec<&LoggedChange> = changes.iter().collect();
        let mut plan = reapply::plan_reapply(id, current.as_ref(), &all);
        // An answer of this session is reported to those who wait for it.
        let is_late =
            |it: &&LoggedChange| self.is_unstored_answer(it) && !plan.waiting.contains(&it.id);
        let own = changes.iter().filter(is_late).count();
        plan.report.late_answers = plan.report.late_answers.saturating_sub(own);
        let deletes = plan.changes.iter().any(|it| matches!(it, Change::Delete { .. }));
        let restore = if deletes { version.restoring_change(id)? } else { None };
        draft.apply_all(&plan.changes)?;
        Ok(PlannedConversation { id: id.clone(), plan, restore })
    }

    /// Records what was reapplied; returns the conversations that have to be planned again.
    fn record_plans(
        &mut self,
        plans: ReapplyPlans,
        groups: &[ConversationChanges],
        progress: &mut ReapplyProgress,
    ) -> HashSet<ConversationId> {
        let by_id: HashMap<&ConversationId, &[LoggedChange]> =
            groups.iter().map(|group| (&group.id, group.changes.as_slice())).collect();
        let mut in_file: Vec<&LoggedChange> = Vec::new();
        for PlannedConversation { id, plan, .. } in &plans.planned {
            if let Some(answer) = &plan.diverged_response {
                self.record_broken_chain(id, answer);
            }
            in_file.extend(newly_in_file(plan, by_id.get(id).copied().unwrap_or_default()));
        }
        self.renumber_last(in_file.iter().copied().filter(|it| it.applied.is_none()));
        self.mark_applied(&in_file.iter().map(|it| it.id.clone()).collect::<Vec<_>>());
        let planned = plans.planned.iter();
        let superseded = planned.clone().flat_map(|it| it.plan.superseded.iter().cloned());
        self.mark_settled(&superseded.collect::<Vec<_>>());
        // Another program continued them, and their calculations went with the deletion.
        let kept = planned.clone().filter(|it| !it.plan.report.kept_deleted.is_empty());
        self.restore_histories_of(&kept.map(|it| &it.id).collect::<Vec<_>>());
        let again = planned.filter(|it| it.plan.state == ReapplyState::CheckAgain);
        let again = again.map(|it| it.id.clone()).collect();
        let present = plans.present.into_iter().map(|id| (id, ApplyState::Present));
        progress.apply_states.extend(present);
        plans.planned.into_iter().for_each(|planned| progress.add(planned));
        again
    }

    /// Gives changes that are in the file for the first time numbers after all that were made before: a
    /// deletion and its undo that they waited for must not count as later.
    fn renumber_last<'a>(&mut self, first_applied: impl Iterator<Item = &'a LoggedChange>) {
        let first_applied: Vec<&LoggedChange> = first_applied.collect();
        if first_applied.is_empty() {
            return;
        }
        let sequences = self.reserve_sequence(first_applied.len());
        for (logged, sequence) in first_applied.iter().zip(sequences) {
            let base = logged.base.clone().unwrap_or_default();
            self.log(&JournalRecord::Based { id: logged.id.clone(), base, sequence });
        }
    }

    fn update_apply_states(&mut self, states: &HashMap<ConversationId, ApplyState>) {
        for entry in &mut self.journal.state_mut().entries {
            let state = states.get(entry.logged.change.conversation()).copied();
            if entry.apply_state != ApplyState::InProgress {
                entry.apply_state = state.unwrap_or(entry.apply_state);
            }
            if entry.apply_state == ApplyState::Present && entry.logged.applied.is_none() {
                // It waits for its conversation, which was deleted.
                entry.apply_state = ApplyState::Unknown;
            }
        }
    }

    /// The changes of all terminals by conversation, in the order of the first change of each.
    fn changes_by_conversation(&self) -> Vec<ConversationChanges> {
        let mut all = self.changes_in_order(|entry| entry.apply_state != ApplyState::InProgress);
        forbid_reapplying(&mut all, &self.seen.read(), self.confirmation_clock());
        let mut positions: HashMap<ConversationId, usize> = HashMap::new();
        let mut groups: Vec<ConversationChanges> = Vec::new();
        for logged in all {
            let id = logged.change.conversation().clone();
            let end = groups.len();
            match groups.get_mut(*positions.entry(id.clone()).or_insert(end)) {
                Some(group) => group.changes.push(logged),
                None => groups.push(ConversationChanges { id, changes: vec![logged] }),
            }
        }
        groups
    }
}

/// The plans for the conversations of one version.
#[derive(Debug, Default)]
struct ReapplyPlans {
    /// They are complete as far as can be known without reading them.
    present: Vec<ConversationId>,
    planned: Vec<PlannedConversation>,
    /// Why conversations could not be planned, so that this has to be done again.
    failed: Vec<StoreError>,
}

/// What one conversation needs.
#[derive(Debug)]
struct PlannedConversation {
    id: ConversationId,
    plan: ReapplyPlan,
    /// What undoes a deletion that the plan repeats.
    restore: Option<Change>,
}

/// What was reapplied so far.
#[derive(Debug, Default)]
struct ReapplyProgress {
    apply_states: HashMap<ConversationId, ApplyState>,
    /// The conversations in the order in which they were planned first.
    order: Vec<ConversationId>,
    /// What is reported of each, and the changes that undo it.
    reports: HashMap<ConversationId, (ReapplyReport, Vec<Change>)>,
}

impl ReapplyProgress {
    fn add(&mut self, PlannedConversation { id, plan, restore }: PlannedConversation) {
        if !self.reports.contains_key(&id) {
            self.order.push(id.clone());
        }
        let state = match plan.state {
            ReapplyState::Present | ReapplyState::ChangesNeeded => ApplyState::Present,
            ReapplyState::Blocked | ReapplyState::CheckAgain => ApplyState::Unknown,
        };
        self.apply_states.insert(id.clone(), state);
        let (report, undo) = self.reports.entry(id).or_default();
        report.add(plan.report);
        // The last to be done is the first to be undone.
        undo.splice(0..0, restore.into_iter().chain(plan.undo));
    }

    /// The report of all conversations, and the changes that undo what was restored.
    fn into_total(mut self) -> (ReapplyReport, Vec<Change>) {
        let (mut total, mut undo) = (ReapplyReport::default(), Vec::new());
        for id in self.order {
            let Some((report, changes)) = self.reports.remove(&id) else { continue };
            if report.has_reapplied() {
                undo.extend(changes);
            }
            total.add(report);
        }
        (total, undo)
    }
}

/// The changes of a conversation that the file has once its plan is carried out, where that has to be logged:
/// something is applied, or was applied and never logged, because the program died in between.
fn newly_in_file<'a>(plan: &ReapplyPlan, changes: &'a [LoggedChange]) -> Vec<&'a LoggedChange> {
    let not_waiting = changes.iter().filter(|logged| !plan.waiting.contains(&logged.id));
    let is_unlogged = plan.state == ReapplyState::Present
        && not_waiting.clone().any(|logged| logged.applied.is_none());
    if plan.changes.is_empty() && !is_unlogged {
        return Vec::new();
    }
    not_waiting.collect()
}

/// Conversations in the file of which the only change is that they were brought in: an import brings
/// thousands, and reading each would take long.
fn present_without_reading(
    version: &OpenVersion,
    groups: &[ConversationChanges],
) -> HashSet<ConversationId> {
    let is_only_restored = |group: &&ConversationChanges| {
        matches!(
            group.changes.as_slice(),
            [LoggedChange { change: Change::Restore { .. }, applied: Some(_), .. }]
        )
    };
    let restored: HashSet<&ConversationId> =
        groups.iter().filter(is_only_restored).map(|group| &group.id).collect();
    let ids = version.entries().iter().map(IndexEntry::id);
    ids.filter(|id| restored.contains(id)).cloned().collect()
}
