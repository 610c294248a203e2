//! Conversations from elsewhere come into the file, all of them in one write.
//! May not write a part of them: either the new file holds all that could be taken, or it is the
//! old one.

use std::collections::HashMap;
use std::time::Instant;

use crate::chat::{ConversationId, Timestamp, VerbId, merge};

use super::super::doctor::gate;
use super::super::error::StoreError;
use super::super::incoming::{Adopted, Incoming};
use super::super::index::Index;
use super::super::state::Durability;
use super::super::state::{JournalEntry, Record};
use super::super::version;
use super::super::write::incoming::{self, Step};
use super::super::write::{Replacement, tidy};
use super::{Applied, Known, Store, TRIES};

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
        for _ in 0..TRIES {
            self.look()?;
            let Some(known) = self.known.take() else { continue };
            let Some(steps) = self.steps(&known, &incoming)? else {
                self.distrust();
                continue;
            };
            let nothing = steps.iter().all(|step| step.change.is_none());
            if nothing || run == Run::Dry {
                self.known = Some(known);
                return Ok(steps.into_iter().map(|step| step.adopted).collect());
            }
            let verbs = self.mean(&steps)?;
            match self.write_all(&known, &steps) {
                Ok(Applied::Changed) => {
                    self.done(&steps, &verbs);
                    return Ok(steps.into_iter().map(|step| step.adopted).collect());
                }
                Ok(Applied::Same) => self.forget(&verbs),
                Err(error) => {
                    self.forget(&verbs);
                    return Err(error);
                }
            }
        }
        Err(StoreError::Restless(self.place.file()))
    }

    /// Notes the verbs in the journal: an old copy of the file may be written over them yet.
    fn mean(&mut self, steps: &[Step]) -> Result<Vec<VerbId>, StoreError> {
        let mut notes = Vec::new();
        let mut verbs = Vec::new();
        let mut orders = self.orders(steps.len());
        for step in steps {
            let Some(change) = &step.change else { continue };
            let mut verb = self.new_verb(change, orders.next().unwrap_or_default());
            verb.seen = Some(step.seen.clone());
            verbs.push(verb.id.clone());
            notes.push(Record::Intended(Box::new(JournalEntry::new(verb, None))));
        }
        if let Err(error) = self.journal.append(&notes, Durability::Written) {
            self.forget(&verbs);
            return Err(StoreError::io("written", &self.place.state().join("journal"), error));
        }
        Ok(verbs)
    }

    /// Writes and checks the new file; `Same` where somebody else changed the old one meanwhile.
    fn write_all(&mut self, known: &Known, steps: &[Step]) -> Result<Applied, StoreError> {
        let path = self.place.file();
        let started = Instant::now();
        let edits = incoming::edits(known.table.index(), steps);
        let mut read = Err("it was not read".to_owned());
        let new = Replacement::write(&path, &self.place.temporary_prefix(), |file| {
            known.write(&edits, file)?;
            read = Index::read_file(file).map_err(|_| "the new text is not JSON".to_owned());
            Ok(())
        })?;
        let index = read
            .and_then(|index| incoming::check(known.table.index(), &index, steps).map(|()| index))
            .map_err(|why| StoreError::Check(path.clone(), why))?;
        if version::on_disk(&self.place)? != known.version() {
            return Ok(Applied::Same);
        }
        let Some(new) = new.commit_over(known.version())? else {
            return Ok(Applied::Same);
        };
        self.take_over(new, index, known.version())?;
        let elapsed = started.elapsed().as_millis();
        tracing::info!(elapsed, "store: conversations taken in");
        Ok(Applied::Changed)
    }

    /// Notes what is in the file now.
    fn done(&mut self, steps: &[Step], verbs: &[VerbId]) {
        self.mark_applied(verbs);
        let repaired = gate::sentence(steps.iter().map(|step| step.repaired).sum());
        self.said.extend((!repaired.is_empty()).then(|| repaired.trim_start().to_owned()));
        for step in steps {
            if let Some(answer) = &step.diverged {
                self.note_divergence(&step.adopted.id, answer);
            }
        }
    }

    /// What each needs; `None` where the file is not what its table of contents says.
    fn steps(&self, known: &Known, all: &[Incoming]) -> Result<Option<Vec<Step>>, StoreError> {
        if !self.ends_as_known(known)? {
            return Ok(None);
        }
        let entries: HashMap<&ConversationId, usize> = known
            .table
            .index()
            .entries
            .iter()
            .enumerate()
            .map(|(at, entry)| (&entry.id, at))
            .collect();
        let models = self.models_here(known, all)?;
        let mut steps = Vec::with_capacity(all.len());
        for it in all {
            let at = entries.get(&it.conversation.id);
            let Some(entry) = at.and_then(|at| known.table.index().entries.get(*at)) else {
                steps.push(incoming::new(known.table.index(), it, &models));
                continue;
            };
            let Some(record) = self.value(known, entry)? else {
                return Ok(None);
            };
            steps.push(incoming::known(known.table.index(), &record, it));
        }
        Ok(Some(steps))
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
