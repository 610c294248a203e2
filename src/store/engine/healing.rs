//! Does again what is not in the file any more, of all conversations in one write.
//! May not touch what a living process is doing right now.

use std::collections::{HashMap, HashSet};

use crate::chat::heal::{self, Plan, Standing};
use crate::chat::news::Healed;
use crate::chat::{Change, ConversationId, Verb};

use crate::store::engine::commit::{Drafting, Planned, Stopped};
use crate::store::engine::{Known, Store};
use crate::store::state::{Actor, ApplyState, Removed};

/// How often a conversation is looked at again after it was mended.
const LOOKS: usize = 4;

/// Whether everything that was to be done is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Done {
    All,
    Some,
}

/// The verbs on one conversation, in the order they were meant.
#[derive(Debug)]
pub(super) struct Group {
    /// The conversation.
    pub id: ConversationId,
    /// Everybody's verbs on it.
    pub verbs: Vec<Verb>,
}

impl Store {
    /// Looks for everybody's verbs where somebody else wrote since that was last done, else only
    /// for those of ours that are not done yet.
    pub(super) fn heal_where_needed(&mut self) -> Option<String> {
        let line = self.ledger.read();
        if line.healed == Some(line.foreign) {
            for entry in &mut self.journal.state_mut().entries {
                if entry.doing == ApplyState::Unknown && entry.verb.applied.is_some() {
                    entry.doing = ApplyState::Present;
                }
            }
            let entries = self.journal.state().entries.iter();
            let undone = entries.filter(|entry| entry.doing == ApplyState::Unknown);
            let undone: HashSet<ConversationId> =
                undone.map(|entry| entry.verb.change.conversation().clone()).collect();
            if undone.is_empty() {
                return None;
            }
            let mut groups = self.groups();
            groups.retain(|group| undone.contains(&group.id));
            return self.heal(groups).0;
        }
        let mut said = Vec::new();
        if self.bring_back_again() {
            said.push("What had been brought back was lost again: back.".to_owned());
        }
        let groups = self.groups();
        let (line, done) = self.heal(groups);
        said.extend(line);
        if done == Done::All {
            self.ledger.update(|seen| seen.healed = Some(seen.foreign));
        }
        (!said.is_empty()).then(|| said.join(" "))
    }

    /// Heals conversations, all of them in one write; tells a line about it.
    fn heal(&mut self, mut groups: Vec<Group>) -> (Option<String>, Done) {
        let (mut mended, mut done) = (Mended::default(), Done::All);
        for _ in 0..LOOKS {
            let planner = |store: &mut Self, known: &Known| store.plan_to_heal(known, &groups);
            match self.commit(Actor::Program, None, planner) {
                Ok((_, plans)) => {
                    if plans.failed {
                        done = Done::Some;
                    }
                    let again = self.take_plans(plans, &groups, &mut mended);
                    groups.retain(|group| again.contains(&group.id));
                }
                Err(error) => {
                    tracing::warn!(%error, "conversations could not be mended yet");
                    done = Done::Some;
                    break;
                }
            }
            if groups.is_empty() {
                break;
            }
        }
        self.settle_standings(&mended.standings);
        let (told, back) = mended.sum();
        if told.has_restored() {
            self.ledger.update(|seen| seen.healed_at = Some(self.now()));
        }
        let line = told.line();
        if let Some(line) = line.clone().filter(|_| !back.is_empty())
            && let Err(error) = self.throw(Removed::Healed { changes: back, line }, Actor::Program)
        {
            tracing::warn!(%error, "what was done again cannot be undone");
        }
        (line, done)
    }

    /// Plans what is to be done to a version about each conversation; one about which nothing can be
    /// done keeps the others from nothing.
    fn plan_to_heal(&mut self, known: &Known, groups: &[Group]) -> Result<Planned<Plans>, Stopped> {
        let there = plainly_there(known, groups);
        let mut drafting = Drafting::of(self, known)?;
        let mut plans = Plans::default();
        for Group { id, verbs } in groups {
            if there.contains(id) {
                plans.present.push(id.clone());
                continue;
            }
            let all: Vec<&Verb> = verbs.iter().collect();
            let planned = drafting.conversation(id).and_then(|file| {
                let plan = heal::plan(id, file.as_ref(), &all);
                let takes_away = plan.changes.iter().any(|it| matches!(it, Change::Delete { .. }));
                let deleted = if takes_away { self.as_it_stands(known, id)? } else { None };
                drafting.apply(&plan.changes)?;
                Ok((id.clone(), plan, deleted))
            });
            match planned {
                Ok(planned) => plans.made.push(planned),
                Err(Stopped::Again) => return Err(Stopped::Again),
                Err(Stopped::Error(error)) => {
                    tracing::warn!(%error, "a conversation could not be mended yet");
                    plans.failed = true;
                }
            }
        }
        Ok(Planned::Write(drafting.into_batch(), plans))
    }

    /// Notes what was done; tells the conversations that have to be looked at again.
    fn take_plans(
        &mut self,
        plans: Plans,
        groups: &[Group],
        mended: &mut Mended,
    ) -> HashSet<ConversationId> {
        let verbs: HashMap<&ConversationId, &[Verb]> =
            groups.iter().map(|group| (&group.id, group.verbs.as_slice())).collect();
        let (mut applied, mut over, mut again) = (Vec::new(), Vec::new(), HashSet::new());
        for id in plans.present {
            mended.standings.insert(id, ApplyState::Present);
        }
        for (id, plan, deleted) in plans.made {
            if let Some(answer) = &plan.diverged {
                self.note_divergence(&id, answer);
            }
            let verbs = verbs.get(&id).copied().unwrap_or_default();
            // Already there though never noted: the program died between writing and noting.
            let unnoted = plan.standing == Standing::Present
                && verbs.iter().any(|verb| verb.applied.is_none());
            if !plan.changes.is_empty() || unnoted {
                let ids = verbs.iter().map(|verb| &verb.id);
                applied.extend(ids.filter(|id| !plan.waiting.contains(id)).cloned());
            }
            over.extend(plan.over.iter().cloned());
            let standing = match plan.standing {
                Standing::Present | Standing::Amended => ApplyState::Present,
                Standing::Waiting => ApplyState::Unknown,
                Standing::LookAgain => {
                    again.insert(id.clone());
                    ApplyState::Unknown
                }
            };
            mended.standings.insert(id.clone(), standing);
            mended.add(id, plan, deleted);
        }
        if !applied.is_empty() {
            self.mark_applied(&applied);
        }
        self.forget(&over);
        again
    }

    /// Notes how the verbs of this program stand.
    fn settle_standings(&mut self, standings: &HashMap<ConversationId, ApplyState>) {
        for entry in &mut self.journal.state_mut().entries {
            let standing = standings.get(entry.verb.change.conversation()).copied();
            if entry.doing != ApplyState::InProgress {
                entry.doing = standing.unwrap_or(entry.doing);
            }
            if entry.doing == ApplyState::Present && entry.verb.applied.is_none() {
                // It waits for its conversation, which was deleted.
                entry.doing = ApplyState::Unknown;
            }
        }
    }

    /// Everybody's verbs by conversation, in the order of the first on each.
    fn groups(&self) -> Vec<Group> {
        let mut verbs = self.verbs_in_order(|entry| entry.doing != ApplyState::InProgress);
        self.let_lapse(&mut verbs);
        let mut places: HashMap<ConversationId, usize> = HashMap::new();
        let mut groups: Vec<Group> = Vec::new();
        for verb in verbs {
            let id = verb.change.conversation().clone();
            let end = groups.len();
            match groups.get_mut(*places.entry(id.clone()).or_insert(end)) {
                Some(group) => group.verbs.push(verb),
                None => groups.push(Group { id, verbs: vec![verb] }),
            }
        }
        groups
    }
}

/// What is to be done about conversations.
#[derive(Debug, Default)]
struct Plans {
    /// There, and nothing has to be looked at.
    present: Vec<ConversationId>,
    /// The plan for each, and what brings back what it deletes.
    made: Vec<(ConversationId, Plan, Option<Change>)>,
    /// Whether one could not be planned.
    failed: bool,
}

/// What was done so far.
#[derive(Debug, Default)]
struct Mended {
    standings: HashMap<ConversationId, ApplyState>,
    /// The conversations in the order in which something was done about them.
    order: Vec<ConversationId>,
    /// What is told of each, and what undoes it.
    told: HashMap<ConversationId, (Healed, Vec<Change>)>,
}

impl Mended {
    fn add(&mut self, id: ConversationId, plan: Plan, deleted: Option<Change>) {
        if !self.told.contains_key(&id) {
            self.order.push(id.clone());
        }
        let (told, back) = self.told.entry(id).or_default();
        told.add(plan.told);
        // The last to be done is the first to be undone.
        back.splice(0..0, deleted.into_iter().chain(plan.back));
    }

    fn sum(mut self) -> (Healed, Vec<Change>) {
        let (mut all, mut back) = (Healed::default(), Vec::new());
        for id in self.order {
            let Some((told, changes)) = self.told.remove(&id) else { continue };
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
fn plainly_there(known: &Known, groups: &[Group]) -> HashSet<ConversationId> {
    let only_brought = |group: &&Group| {
        matches!(
            group.verbs.as_slice(),
            [Verb { change: Change::Restore { .. }, applied: Some(_), .. }]
        )
    };
    let brought: HashSet<&ConversationId> =
        groups.iter().filter(only_brought).map(|group| &group.id).collect();
    let ids = known.table.index().entries.iter().map(|entry| &entry.id);
    ids.filter(|id| brought.contains(id)).cloned().collect()
}
