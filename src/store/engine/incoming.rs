//! Conversations from elsewhere come into the file, all of them in one write.
//! May not write a part of them: either the new file holds all that could be taken, or it is the
//! old one.

use std::collections::HashMap;

use crate::chat::{ConversationId, Timestamp, VerbId, merge};

use crate::store::engine::commit::{Batch, Drafting, Planned, Stopped};
use crate::store::engine::{Known, Store};
use crate::store::file::error::StoreError;
use crate::store::records::edits::incoming::{self, Step};
use crate::store::records::edits::{patch, tidy};
use crate::store::records::incoming::{Adopted, Incoming};
use crate::store::records::sanitize;
use crate::store::state::Actor;

/// Whether anything is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Run {
    /// It is.
    Real,
    /// It is only told what would be.
    Dry,
}

impl Store {
    /// Puts conversations into the file; those that are there get the messages they lack. Nothing
    /// of what the file holds changes beside.
    ///
    /// # Errors
    /// When the file cannot be read or written; it is as it was.
    pub fn import(
        &mut self,
        incoming: Vec<Incoming>,
        run: Run,
        now: Timestamp,
    ) -> Result<Vec<Adopted>, StoreError> {
        let incoming = each_once(incoming);
        self.tell_time(now);
        let _held = self.lock()?;
        self.reconcile_quietly();
        let mut verbs = Vec::new();
        let planner = |store: &mut Self, known: &Known| {
            // Of a version that somebody else has replaced meanwhile.
            store.forget(&std::mem::take(&mut verbs));
            let (batch, steps) = store.plan_to_import(known, &incoming)?;
            if run == Run::Dry {
                return Ok(Planned::Nothing(steps));
            }
            let changes = steps.iter().filter_map(|step| Some((step.change.as_ref()?, &step.seen)));
            let meant = changes.map(|(change, seen)| (store.new_verb(change, 0), seen.clone()));
            verbs = store.mean(meant.collect())?;
            Ok(Planned::Write(batch, steps))
        };
        match self.commit(Actor::User, None, planner) {
            Ok((_, steps)) => {
                if run == Run::Real {
                    self.done(&steps, &verbs);
                }
                Ok(steps.into_iter().map(|step| step.adopted).collect())
            }
            Err(error) => {
                self.forget(&verbs);
                Err(error)
            }
        }
    }

    /// What each conversation needs, and the version in which all of it is there.
    fn plan_to_import(
        &self,
        known: &Known,
        incoming: &[Incoming],
    ) -> Result<(Batch, Vec<Step>), Stopped> {
        let models = self.models_here(known, incoming)?;
        let keys = patch::keys(known.table.index());
        let mut drafting = Drafting::of(self, known)?;
        let mut steps = Vec::with_capacity(incoming.len());
        for it in incoming {
            let step = match drafting.conversation(&it.conversation.id)? {
                Some(ours) => incoming::known(&ours, it),
                None => incoming::new(keys, it, &models),
            };
            let Some(change) = &step.change else {
                steps.push(step);
                continue;
            };
            steps.push(match drafting.apply(std::slice::from_ref(change)) {
                Ok(_) => step,
                Err(Stopped::Error(StoreError::Check(_, why))) => step.refused(why),
                Err(Stopped::Error(StoreError::Damaged(reason))) => {
                    step.refused(format!("the one in the file is damaged: {reason}"))
                }
                Err(stopped) => return Err(stopped),
            });
        }
        Ok((drafting.into_batch(), steps))
    }

    /// Notes what is in the file now.
    fn done(&mut self, steps: &[Step], verbs: &[VerbId]) {
        self.mark_applied(verbs);
        let repaired = sanitize::sentence(steps.iter().map(|step| step.repaired).sum());
        self.said.extend((!repaired.is_empty()).then(|| repaired.trim_start().to_owned()));
        for step in steps {
            if let Some(answer) = &step.diverged {
                self.note_divergence(&step.adopted.id, answer);
            }
        }
    }

    /// The models of what comes that the file names already: its web app has written them, so it
    /// takes them.
    fn models_here(&self, known: &Known, incoming: &[Incoming]) -> Result<Vec<String>, StoreError> {
        let stored = incoming.iter().filter_map(|it| it.member.as_deref());
        self.named_here(known, stored.flat_map(tidy::models).collect())
    }

    /// The names among these that the file holds.
    pub(super) fn named_here(
        &self,
        known: &Known,
        mut named: Vec<String>,
    ) -> Result<Vec<String>, StoreError> {
        named.sort_unstable();
        named.dedup();
        if named.is_empty() {
            return Ok(named);
        }
        let mut here = Vec::new();
        for entry in &known.table.index().entries {
            if let Some(member) = self.member(known, entry)? {
                let found = |name: &String| member.contains(&format!("\"model\": \"{name}\""));
                here.extend(named.extract_if(.., |name| found(name)));
            }
            if named.is_empty() {
                break;
            }
        }
        Ok(here)
    }
}

/// Conversations that stand twice become one with the messages of both.
fn each_once(incoming: Vec<Incoming>) -> Vec<Incoming> {
    let mut places: HashMap<ConversationId, usize> = HashMap::new();
    let mut all: Vec<Incoming> = Vec::with_capacity(incoming.len());
    for it in incoming {
        let place = places.get(&it.conversation.id).copied();
        let Some(first) = place.and_then(|at| all.get_mut(at)) else {
            places.insert(it.conversation.id.clone(), all.len());
            all.push(it);
            continue;
        };
        let lacking =
            merge::missing_blocks(&first.conversation.messages, &it.conversation.messages);
        if !lacking.is_empty() {
            merge::insert(&mut first.conversation, &lacking);
            first.member = None;
        }
    }
    all
}
