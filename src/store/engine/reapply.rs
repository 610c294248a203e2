//! Reapplies journaled changes that are missing from the file, for all conversations in one write.
//! Must not touch the changes a living process is making at the moment.

use std::collections::{HashMap, HashSet};

use crate::chat::external_changes::ReapplyReport;
use crate::chat::reapply::{self, ReapplyPlan, ReapplyState};
use crate::chat::{Change, ConversationId, LoggedChange};

use crate::store::engine::Store;
use crate::store::engine::commit::DraftBuilder;
use crate::store::engine::open_version::OpenVersion;
use crate::store::file::error::VersionError;
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
            let pending = self.pending_conversations();
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
        let is_unapplied = |entry: &JournalEntry| {
            entry.apply_state == ApplyState::Unknown && entry.logged.applied.is_none()
        };
        seen.reapplied != Some(seen.foreign)
            || self.journal.state().entries.iter().any(is_unapplied)
    }

    /// Conversations with a change of ours that never reached the file.
    fn pending_conversations(&mut self) -> HashSet<ConversationId> {
        let lost = self.lost_conversations();
        let entries = &mut self.journal.state_mut().entries;
        let mut pending = HashSet::new();
        for entry in entries.iter_mut().filter(|it| it.apply_state == ApplyState::Unknown) {
            let id = entry.logged.change.conversation();
            if entry.logged.applied.is_none() {
                pending.insert(id.clone());
            } else if !lost.contains(id) {
                entry.apply_state = ApplyState::Present;
            }
        }
        pending
    }

    /// Conversations with a change of ours that another program has removed: the change waits until they are
    /// restored.
    fn lost_conversations(&mut self) -> HashSet<ConversationId> {
        let entries = self.journal.state().entries.iter();
        let unknown = entries.filter(|it| it.apply_state == ApplyState::Unknown);
        let mut lost: HashSet<ConversationId> =
            unknown.map(|entry| entry.logged.change.conversation().clone()).collect();
        if lost.is_empty() {
            return lost;
        }
        let Ok(version) = self.open_current() else { return HashSet::new() };
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
                    if plans.has_failed {
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
        let mut draft = DraftBuilder::of(self, version)?;
        let mut plans = ReapplyPlans::default();
        for group in groups {
            if present.contains(&group.id) {
                plans.present.push(group.id.clone());
                continue;
            }
            match self.plan_conversation(&mut draft, group) {
                Ok(planned) => plans.planned.push(planned),
                Err(VersionError::Stale) => return Err(VersionError::Stale),
                Err(VersionError::Store(error)) => {
                    tracing::warn!(%error, "a conversation could not be reapplied yet");
                    plans.has_failed = true;
                }
            }
        }
        Ok((draft.into_parts().0, plans))
    }

    fn plan_conversation(
        &self,
        draft: &mut DraftBuilder<'_>,
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
        let restore = if deletes { self.restoring_change(draft.version(), id)? } else { None };
        draft.apply(&plan.changes)?;
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
        let (mut applied, mut settled, mut again) = (Vec::new(), Vec::new(), HashSet::new());
        let (mut first_applied, mut kept) = (Vec::new(), Vec::new());
        let present = plans.present.into_iter().map(|id| (id, ApplyState::Present));
        progress.apply_states.extend(present);
        for planned in plans.planned {
            let PlannedConversation { id, plan, .. } = &planned;
            if let Some(answer) = &plan.diverged_response {
                self.record_broken_chain(id, answer);
            }
            let changes = by_id.get(id).copied().unwrap_or_default();
            // In the file but never logged as applied: the program died in between.
            let is_unlogged = plan.state == ReapplyState::Present
                && changes.iter().any(|logged| logged.applied.is_none());
            if !plan.changes.is_empty() || is_unlogged {
                let in_file = changes.iter().filter(|logged| !plan.waiting.contains(&logged.id));
                applied.extend(in_file.clone().map(|logged| logged.id.clone()));
                first_applied.extend(in_file.filter(|logged| logged.applied.is_none()));
            }
            settled.extend(plan.superseded.iter().cloned());
            let state = match plan.state {
                ReapplyState::Present | ReapplyState::ChangesNeeded => ApplyState::Present,
                ReapplyState::Blocked | ReapplyState::CheckAgain => ApplyState::Unknown,
            };
            if !plan.report.kept_deleted.is_empty() {
                kept.push(id.clone());
            }
            if plan.state == ReapplyState::CheckAgain {
                again.insert(id.clone());
            }
            progress.apply_states.insert(id.clone(), state);
            progress.add(planned);
        }
        self.renumber_last(&first_applied);
        self.mark_applied(&applied);
        self.mark_settled(&settled);
        // Another program continued them, and their calculations went with the deletion.
        self.restore_histories_of(&kept.iter().collect::<Vec<_>>());
        again
    }

    /// Gives changes that are in the file for the first time numbers after all that were made before: a
    /// deletion and its undo that they waited for must not count as later.
    fn renumber_last(&mut self, first_applied: &[&LoggedChange]) {
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
        self.forbid_reapplying(&mut all);
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
    /// Whether some conversation could not be planned, so that this has to be done again.
    has_failed: bool,
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
    let ids = version.entries().iter().map(|entry| &entry.id);
    ids.filter(|id| restored.contains(id)).cloned().collect()
}
