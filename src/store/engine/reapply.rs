//! Does again what is not in the file any more, of all conversations in one write.
//! May not touch what a living process is doing right now.

use std::collections::{HashMap, HashSet};

use crate::chat::external_changes::ReapplyReport;
use crate::chat::reapply::{self, ReapplyPlan, ReapplyState};
use crate::chat::{Change, ConversationId, LoggedChange};

use crate::store::engine::commit::{DraftBuilder, PlanError, PlanResult};
use crate::store::engine::{OpenVersion, Store};
use crate::store::state::{Actor, ApplyState, Removed};

/// How often a conversation is looked at again after it was mended.
const MAX_ROUNDS: usize = 4;

/// Whether everything that was to be done is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Completeness {
    All,
    Partial,
}

/// The verbs on one conversation, in the order they were meant.
#[derive(Debug)]
pub(super) struct ConversationChanges {
    /// The conversation.
    pub id: ConversationId,
    /// Everybody's verbs on it.
    pub changes: Vec<LoggedChange>,
}

impl Store {
    /// Looks for everybody's verbs where somebody else wrote since that was last done, else only
    /// for those of ours that are not done yet.
    pub(super) fn reapply_if_needed(&mut self) -> Option<String> {
        let line = self.seen.read();
        if line.healed == Some(line.foreign) {
            for entry in &mut self.journal.state_mut().entries {
                if entry.apply_state == ApplyState::Unknown && entry.verb.applied.is_some() {
                    entry.apply_state = ApplyState::Present;
                }
            }
            let entries = self.journal.state().entries.iter();
            let undone = entries.filter(|entry| entry.apply_state == ApplyState::Unknown);
            let undone: HashSet<ConversationId> =
                undone.map(|entry| entry.verb.change.conversation().clone()).collect();
            if undone.is_empty() {
                return None;
            }
            let mut groups = self.changes_by_conversation();
            groups.retain(|group| undone.contains(&group.id));
            return self.reapply(groups).0;
        }
        let mut said = Vec::new();
        if self.restore_again() {
            said.push("What you restored was overwritten again, and restored again.".to_owned());
        }
        let groups = self.changes_by_conversation();
        let (line, done) = self.reapply(groups);
        said.extend(line);
        if done == Completeness::All {
            self.seen.update(|seen| seen.healed = Some(seen.foreign));
        }
        (!said.is_empty()).then(|| said.join(" "))
    }

    /// Heals conversations, all of them in one write; tells a line about it.
    fn reapply(&mut self, mut groups: Vec<ConversationChanges>) -> (Option<String>, Completeness) {
        let (mut mended, mut done) = (ReapplyProgress::default(), Completeness::All);
        for _ in 0..MAX_ROUNDS {
            let planner =
                |store: &mut Self, known: &OpenVersion| store.plan_reapply(known, &groups);
            match self.commit(Actor::Program, None, planner) {
                Ok((_, plans)) => {
                    if plans.has_failed {
                        done = Completeness::Partial;
                    }
                    let again = self.record_plans(plans, &groups, &mut mended);
                    groups.retain(|group| again.contains(&group.id));
                }
                Err(error) => {
                    tracing::warn!(%error, "conversations could not be mended yet");
                    done = Completeness::Partial;
                    break;
                }
            }
            if groups.is_empty() {
                break;
            }
        }
        self.update_apply_states(&mended.apply_states);
        let (told, back) = mended.into_total();
        if told.has_restored() {
            self.seen.update(|seen| seen.healed_at = Some(self.now()));
        }
        let line = told.sentence();
        if let Some(line) = line.clone().filter(|_| !back.is_empty())
            && let Err(error) =
                self.put_in_trash(Removed::Healed { changes: back, line }, Actor::Program)
        {
            tracing::warn!(%error, "what was done again cannot be undone");
        }
        (line, done)
    }

    /// Plans what is to be done to a version about each conversation; one about which nothing can be
    /// done keeps the others from nothing.
    fn plan_reapply(
        &mut self,
        known: &OpenVersion,
        groups: &[ConversationChanges],
    ) -> Result<PlanResult<ReapplyPlans>, PlanError> {
        let there = present_without_reading(known, groups);
        let mut drafting = DraftBuilder::of(self, known)?;
        let mut plans = ReapplyPlans::default();
        for ConversationChanges { id, changes: verbs } in groups {
            if there.contains(id) {
                plans.present.push(id.clone());
                continue;
            }
            let all: Vec<&LoggedChange> = verbs.iter().collect();
            let planned = drafting.conversation(id).and_then(|file| {
                let plan = reapply::plan_reapply(id, file.as_ref(), &all);
                let takes_away = plan.changes.iter().any(|it| matches!(it, Change::Delete { .. }));
                let deleted = if takes_away { self.restoring_change(known, id)? } else { None };
                drafting.apply(&plan.changes)?;
                Ok((id.clone(), plan, deleted))
            });
            match planned {
                Ok(planned) => plans.planned.push(planned),
                Err(PlanError::StaleIndex) => return Err(PlanError::StaleIndex),
                Err(PlanError::Store(error)) => {
                    tracing::warn!(%error, "a conversation could not be mended yet");
                    plans.has_failed = true;
                }
            }
        }
        Ok(PlanResult::Write(drafting.into_batch(), plans))
    }

    /// Notes what was done; tells the conversations that have to be looked at again.
    fn record_plans(
        &mut self,
        plans: ReapplyPlans,
        groups: &[ConversationChanges],
        mended: &mut ReapplyProgress,
    ) -> HashSet<ConversationId> {
        let verbs: HashMap<&ConversationId, &[LoggedChange]> =
            groups.iter().map(|group| (&group.id, group.changes.as_slice())).collect();
        let (mut applied, mut over, mut again) = (Vec::new(), Vec::new(), HashSet::new());
        for id in plans.present {
            mended.apply_states.insert(id, ApplyState::Present);
        }
        for (id, plan, deleted) in plans.planned {
            if let Some(answer) = &plan.diverged_response {
                self.record_broken_chain(&id, answer);
            }
            let verbs = verbs.get(&id).copied().unwrap_or_default();
            // Already there though never noted: the program died between writing and noting.
            let unnoted = plan.state == ReapplyState::Present
                && verbs.iter().any(|verb| verb.applied.is_none());
            if !plan.changes.is_empty() || unnoted {
                let ids = verbs.iter().map(|verb| &verb.id);
                applied.extend(ids.filter(|id| !plan.waiting.contains(id)).cloned());
            }
            over.extend(plan.superseded.iter().cloned());
            let standing = match plan.state {
                ReapplyState::Present | ReapplyState::ChangesNeeded => ApplyState::Present,
                ReapplyState::Blocked => ApplyState::Unknown,
                ReapplyState::CheckAgain => {
                    again.insert(id.clone());
                    ApplyState::Unknown
                }
            };
            mended.apply_states.insert(id.clone(), standing);
            mended.add(id, plan, deleted);
        }
        if !applied.is_empty() {
            self.mark_applied(&applied);
        }
        self.mark_settled(&over);
        again
    }

    /// Notes how the verbs of this program stand.
    fn update_apply_states(&mut self, standings: &HashMap<ConversationId, ApplyState>) {
        for entry in &mut self.journal.state_mut().entries {
            let standing = standings.get(entry.verb.change.conversation()).copied();
            if entry.apply_state != ApplyState::InProgress {
                entry.apply_state = standing.unwrap_or(entry.apply_state);
            }
            if entry.apply_state == ApplyState::Present && entry.verb.applied.is_none() {
                // It waits for its conversation, which was deleted.
                entry.apply_state = ApplyState::Unknown;
            }
        }
    }

    /// Everybody's verbs by conversation, in the order of the first on each.
    fn changes_by_conversation(&self) -> Vec<ConversationChanges> {
        let mut verbs = self.changes_in_order(|entry| entry.apply_state != ApplyState::InProgress);
        self.mark_superseded(&mut verbs);
        let mut places: HashMap<ConversationId, usize> = HashMap::new();
        let mut groups: Vec<ConversationChanges> = Vec::new();
        for verb in verbs {
            let id = verb.change.conversation().clone();
            let end = groups.len();
            match groups.get_mut(*places.entry(id.clone()).or_insert(end)) {
                Some(group) => group.changes.push(verb),
                None => groups.push(ConversationChanges { id, changes: vec![verb] }),
            }
        }
        groups
    }
}

/// What is to be done about conversations.
#[derive(Debug, Default)]
struct ReapplyPlans {
    /// There, and nothing has to be looked at.
    present: Vec<ConversationId>,
    /// The plan for each, and what brings back what it deletes.
    planned: Vec<(ConversationId, ReapplyPlan, Option<Change>)>,
    /// Whether one could not be planned.
    has_failed: bool,
}

/// What was done so far.
#[derive(Debug, Default)]
struct ReapplyProgress {
    apply_states: HashMap<ConversationId, ApplyState>,
    /// The conversations in the order in which something was done about them.
    order: Vec<ConversationId>,
    /// What is told of each, and what undoes it.
    reports: HashMap<ConversationId, (ReapplyReport, Vec<Change>)>,
}

impl ReapplyProgress {
    fn add(&mut self, id: ConversationId, plan: ReapplyPlan, deleted: Option<Change>) {
        if !self.reports.contains_key(&id) {
            self.order.push(id.clone());
        }
        let (told, back) = self.reports.entry(id).or_default();
        told.add(plan.report);
        // The last to be done is the first to be undone.
        back.splice(0..0, deleted.into_iter().chain(plan.undo));
    }

    fn into_total(mut self) -> (ReapplyReport, Vec<Change>) {
        let (mut all, mut back) = (ReapplyReport::default(), Vec::new());
        for id in self.order {
            let Some((told, changes)) = self.reports.remove(&id) else { continue };
            if told.has_restored() {
                back.extend(changes);
            }
            all.add(told);
        }
        (all, back)
    }
}

/// Conversations that are there, of which all that was done here is to bring them: thousands may have
/// come at once, and reading each would take long.
fn present_without_reading(
    known: &OpenVersion,
    groups: &[ConversationChanges],
) -> HashSet<ConversationId> {
    let only_brought = |group: &&ConversationChanges| {
        matches!(
            group.changes.as_slice(),
            [LoggedChange { change: Change::Restore { .. }, applied: Some(_), .. }]
        )
    };
    let brought: HashSet<&ConversationId> =
        groups.iter().filter(only_brought).map(|group| &group.id).collect();
    let ids = known.index.unpacked().entries.iter().map(|entry| &entry.id);
    ids.filter(|id| brought.contains(id)).cloned().collect()
}
