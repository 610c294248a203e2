//! Does again what is not in the file any more, conversation by conversation.
//! May not touch what a living process is doing right now.

use std::collections::{HashMap, HashSet};

use crate::chat::heal::{self, Plan, Standing};
use crate::chat::news::Healed;
use crate::chat::{Change, ConversationId, Verb, VerbId};

use super::super::error::StoreError;
use super::super::state::ApplyState;
use super::super::state::{Actor, Removed};
use super::Store;

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

    /// Heals conversations; tells a line about it.
    fn heal(&mut self, groups: Vec<Group>) -> (Option<String>, Done) {
        let (mut healed, mut back, mut done) = (Healed::default(), Vec::new(), Done::All);
        let restored = self.restore_missing(&groups).unwrap_or_else(|error| {
            tracing::warn!(%error, "conversations could not be restored at once");
            Vec::new()
        });
        healed.conversations = restored.len();
        let there = self.plainly_there(&groups);
        let mut standings: HashMap<ConversationId, ApplyState> = HashMap::new();
        for Group { id, verbs } in groups {
            if there.contains(&id) {
                standings.insert(id, ApplyState::Present);
                continue;
            }
            match self.heal_one(&id, &verbs) {
                Ok((told, changes, standing)) => {
                    if told.has_restored() {
                        back.extend(changes);
                    }
                    healed.add(told);
                    standings.insert(id, standing);
                }
                Err(error) => {
                    tracing::warn!(%error, "a conversation could not be mended yet");
                    done = Done::Some;
                }
            }
        }
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
        // What was done to them after that goes first.
        back.extend(restored.into_iter().map(|id| Change::Delete { id }));
        if healed.has_restored() {
            self.ledger.update(|seen| seen.healed_at = Some(self.now()));
        }
        let line = healed.line();
        if let Some(line) = line.clone().filter(|_| !back.is_empty())
            && let Err(error) = self.throw(Removed::Healed { changes: back, line }, Actor::Program)
        {
            tracing::warn!(%error, "what was done again cannot be taken back");
        }
        (line, done)
    }

    /// Heals one conversation; tells what was done, what takes it back, and whether all is there.
    fn heal_one(
        &mut self,
        id: &ConversationId,
        verbs: &[Verb],
    ) -> Result<(Healed, Vec<Change>, ApplyState), StoreError> {
        let (mut told, mut back) = (Healed::default(), Vec::new());
        let verbs: Vec<&Verb> = verbs.iter().collect();
        for _ in 0..LOOKS {
            let file = self.before(id)?;
            let plan = heal::plan(id, file.as_ref(), &verbs);
            let deleted = self.do_plan(id, &plan, &verbs)?;
            told.add(plan.told);
            // The last to be done is the first to be taken back.
            back.splice(0..0, deleted.into_iter().chain(plan.back));
            match plan.standing {
                Standing::Present | Standing::Amended => {
                    return Ok((told, back, ApplyState::Present));
                }
                Standing::Waiting => break,
                Standing::LookAgain => {}
            }
        }
        Ok((told, back, ApplyState::Unknown))
    }

    /// Conversations that are there, of which all that was done here is to bring them: thousands
    /// may have come at once, and reading each would take long.
    fn plainly_there(&mut self, groups: &[Group]) -> HashSet<ConversationId> {
        let only_brought = |group: &&Group| {
            matches!(
                group.verbs.as_slice(),
                [Verb { change: Change::Restore { .. }, applied: Some(_), .. }]
            )
        };
        let brought: HashSet<&ConversationId> =
            groups.iter().filter(only_brought).map(|group| &group.id).collect();
        let Ok(known) = self.look() else { return HashSet::new() };
        let ids = known.table.index().entries.iter().map(|entry| &entry.id);
        ids.filter(|id| brought.contains(id)).cloned().collect()
    }

    /// Tells what brings back what was deleted.
    fn do_plan(
        &mut self,
        id: &ConversationId,
        plan: &Plan,
        verbs: &[&Verb],
    ) -> Result<Option<Change>, StoreError> {
        let mut deleted = None;
        for change in &plan.changes {
            if matches!(change, Change::Delete { .. }) {
                deleted = self.as_it_stands(id)?;
            }
            self.write(change, Actor::Program)?;
        }
        if let Some(answer) = &plan.diverged {
            self.note_divergence(id, answer);
        }
        // Already there though never noted: the program died between writing and noting.
        let unnoted =
            plan.standing == Standing::Present && verbs.iter().any(|verb| verb.applied.is_none());
        if !plan.changes.is_empty() || unnoted {
            let done = verbs.iter().map(|verb| verb.id.clone());
            let ids: Vec<VerbId> = done.filter(|id| !plan.waiting.contains(id)).collect();
            self.mark_applied(&ids);
        }
        self.forget(&plan.over);
        Ok(deleted)
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
