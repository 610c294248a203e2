//! Does changes: in the journal first, then in the shared file.
//! Must not decide which changes are done again: reapplying does.

use std::borrow::Cow;

use uuid::Uuid;

use crate::chat::merge::{self, Asked};
use crate::chat::{
    Block, Change, Conversation, ConversationId, Fingerprint, Readability, ResponseId, Role, Seen,
    Timestamp, Verb, VerbId,
};

use crate::store::engine::commit::{Batch, Drafting, Planned, Stopped};
use crate::store::engine::{Applied, Known, Store, TRIES};
use crate::store::file::error::StoreError;
use crate::store::state::{Actor, ApplyState, Durability, JournalEntry, Record};

/// What was done to the file, in the version of it that was written.
#[derive(Debug, Default)]
pub(super) struct Carried {
    /// For each change, whether it did anything.
    pub applied: Vec<Applied>,
    /// The conversation of the last change, as it is in that version.
    pub after: Option<Conversation>,
}

impl Store {
    /// Does a change. What it takes away goes to the trash first.
    ///
    /// # Errors
    /// When nothing could be changed; the file is as it was.
    pub fn apply(&mut self, change: &Change, now: Timestamp) -> Result<Applied, StoreError> {
        self.apply_all(std::slice::from_ref(change), now)
    }

    /// Does changes that take effect together, in one write. What they take away goes to the trash
    /// first.
    ///
    /// # Errors
    /// When one of them cannot be done; the file is as it was.
    pub fn apply_all(&mut self, changes: &[Change], now: Timestamp) -> Result<Applied, StoreError> {
        self.tell_time(now);
        let _held = self.lock()?;
        self.reconcile_quietly();
        let done = self.perform(changes, Actor::User);
        self.look_after();
        done
    }

    /// Looks again where the file that was changed was not the one that had been looked at: then
    /// somebody else had been there in between.
    pub(super) fn look_after(&mut self) {
        let known = self.known.as_ref().and_then(Known::version);
        if !self.ledger.read().knows(known) {
            self.reconcile_quietly();
        }
    }

    /// Notes changes and does them together; what cannot be done is not noted. The lock is held.
    pub(super) fn perform(&mut self, changes: &[Change], by: Actor) -> Result<Applied, StoreError> {
        let mut noted = Vec::new();
        let planner = |store: &mut Self, known: &Known| {
            // Of a version that somebody else has replaced meanwhile.
            store.forget(&std::mem::take(&mut noted));
            let verbs: Vec<Verb> = changes.iter().map(|it| store.new_verb(it, 0)).collect();
            let (batch, carried, seen) = store.plan_verbs(known, &verbs, &Asked::default())?;
            noted = store.mean(verbs.into_iter().zip(seen).collect())?;
            Ok(Planned::Write(batch, carried))
        };
        match self.commit(by, None, planner) {
            Ok((_, carried)) => {
                self.note_applied(&noted, &carried.applied);
                let any = carried.applied.contains(&Applied::Changed);
                Ok(if any { Applied::Changed } else { Applied::Same })
            }
            Err(error) => {
                self.forget(&noted);
                Err(error)
            }
        }
    }

    /// Notes verbs in the journal, with what the file shows just before each: an old copy of the file
    /// may be written over them yet.
    pub(super) fn mean(&mut self, verbs: Vec<(Verb, Seen)>) -> Result<Vec<VerbId>, StoreError> {
        let orders = self.orders(verbs.len());
        let (mut ids, mut meant) = (Vec::new(), Vec::new());
        for ((verb, seen), order) in verbs.into_iter().zip(orders) {
            ids.push(verb.id.clone());
            let verb = Verb { order, seen: Some(seen), ..verb };
            meant.push(Record::Intended(Box::new(JournalEntry::new(verb, None))));
        }
        if let Err(error) = self.journal.append(&meant, Durability::Written) {
            self.forget(&ids);
            return Err(StoreError::io("written", &self.place.state().join("journal"), error));
        }
        for id in &ids {
            self.set_doing(id, ApplyState::InProgress);
        }
        Ok(ids)
    }

    /// Notes which verbs are in the file now; nothing is to be done about those that changed nothing.
    fn note_applied(&mut self, verbs: &[VerbId], applied: &[Applied]) {
        let (mut changed, mut same) = (Vec::new(), Vec::new());
        for (verb, applied) in verbs.iter().zip(applied) {
            match applied {
                Applied::Changed => changed.push(verb.clone()),
                Applied::Same => same.push(verb.clone()),
            }
        }
        if !changed.is_empty() {
            self.mark_applied(&changed);
        }
        self.forget(&same);
    }

    /// A verb with an id of its own.
    pub(super) fn new_verb(&self, change: &Change, order: u64) -> Verb {
        let id = VerbId::new(Uuid::new_v4().to_string());
        Verb { order, ..Verb::new(id, change.clone(), self.now()) }
    }

    /// Does verbs that are in the journal, together; they stay there where they cannot be done now.
    /// An answer goes behind the question it was `asked`. The lock is held.
    pub(super) fn carry_out(
        &mut self,
        ids: &[VerbId],
        asked: &Asked<'_>,
        by: Actor,
    ) -> Result<Carried, StoreError> {
        let journal = self.journal.state_mut();
        let verbs: Vec<Verb> =
            ids.iter().filter_map(|id| Some(journal.entry(id)?.verb.clone())).collect();
        if verbs.is_empty() {
            return Ok(Carried::default());
        }
        let (_, carried) = self.commit(by, None, |store, known| {
            let (batch, carried, seen) = store.plan_verbs(known, &verbs, asked)?;
            store.aim(&verbs, seen);
            Ok(Planned::Write(batch, carried))
        })?;
        let ids: Vec<VerbId> = verbs.iter().map(|verb| verb.id.clone()).collect();
        self.note_applied(&ids, &carried.applied);
        if let (Some(verb), Some(after)) = (verbs.last(), &carried.after) {
            self.mark_divergence(&verb.change, asked, after);
        }
        Ok(carried)
    }

    /// Applies verbs to a version; with what it shows just before each.
    fn plan_verbs(
        &self,
        known: &Known,
        verbs: &[Verb],
        asked: &Asked<'_>,
    ) -> Result<(Batch, Carried, Vec<Seen>), Stopped> {
        let mut drafting = Drafting::of(self, known)?;
        let (mut carried, mut all_seen) = (Carried::default(), Vec::new());
        for verb in verbs {
            // Read once, for what it shows and for the change.
            drafting.value(verb.change.conversation())?;
            let before = drafting.conversation(verb.change.conversation())?;
            let mut seen = Seen::of(&verb.change, before.as_ref());
            if let Some(question) = asked.question {
                seen.behind = Some(question.clone());
            }
            let change = placed(&verb.change, asked.question, before.as_ref());
            carried.applied.extend(drafting.apply(std::slice::from_ref(&*change))?);
            all_seen.push(seen);
        }
        if let Some(last) = verbs.last() {
            carried.after = drafting.conversation(last.change.conversation())?;
        }
        Ok((drafting.into_batch(), carried, all_seen))
    }

    /// Notes what the file shows just before verbs that are in the journal.
    fn aim(&mut self, verbs: &[Verb], seen: Vec<Seen>) {
        let orders = self.orders(verbs.len());
        for ((verb, seen), order) in verbs.iter().zip(seen).zip(orders) {
            self.note(&Record::Based { verb: verb.id.clone(), seen, order });
        }
        self.flush(Durability::Written);
    }

    /// Notes that verbs are in the file now.
    pub(super) fn mark_applied(&mut self, verbs: &[VerbId]) {
        let at = self.now();
        self.note(&Record::Applied { verbs: verbs.to_vec(), at });
        for verb in verbs {
            if let Some(entry) = self.journal.state_mut().entry(verb) {
                entry.doing = ApplyState::Present;
            }
        }
        self.flush(Durability::Written);
    }

    /// Nothing is to be done about verbs any more.
    pub(super) fn forget(&mut self, verbs: &[VerbId]) {
        if !verbs.is_empty() {
            self.note(&Record::Settled { verbs: verbs.to_vec() });
            self.flush(Durability::Written);
        }
    }

    /// A conversation as the file has it, if it has, in a version in which nothing that an old copy
    /// undid is missing.
    pub(super) fn before(
        &mut self,
        id: &ConversationId,
    ) -> Result<Option<Conversation>, StoreError> {
        for _ in 0..TRIES {
            self.reconcile_if_foreign();
            let found = match self.read_conversation(id) {
                Ok(found) => Some(found),
                Err(StoreError::Unknown(_)) => None,
                Err(error) => return Err(error),
            };
            let version = self.known.as_ref().and_then(Known::version);
            if self.ledger.read().knows(version) {
                return Ok(found);
            }
        }
        Err(StoreError::Restless(self.place.file()))
    }

    /// Notes where the answer a conversation is chained from does not know all that stands before
    /// it, now that another answer was stored.
    fn mark_divergence(&self, change: &Change, asked: &Asked<'_>, after: &Conversation) {
        let Change::Append { id, message } = change else { return };
        let Some(chained) = after.last_response_id.as_ref() else { return };
        if message.role == Role::Assistant && merge::chain_lacks(after, message, asked) {
            self.note_divergence(id, chained);
        }
    }

    pub(super) fn note_divergence(&self, id: &ConversationId, answer: &ResponseId) {
        if let Err(error) = self.diverged.add(id, answer) {
            tracing::warn!(%error, "that two histories were merged could not be noted");
        }
    }

    pub(super) fn note(&mut self, record: &Record) {
        if let Err(error) = self.journal.note(record) {
            tracing::warn!(%error, "a line could not be added to the journal");
        }
    }

    /// Writes what waits for the journal: given to the system, or down to the disk.
    pub fn flush(&mut self, durability: Durability) {
        if let Err(error) = self.journal.flush(durability) {
            tracing::warn!(%error, "the journal could not be written");
        }
    }
}

/// An answer belongs directly behind its question: where more was said since, it is inserted there.
fn placed<'a>(
    change: &'a Change,
    question: Option<&Fingerprint>,
    before: Option<&Conversation>,
) -> Cow<'a, Change> {
    let (Change::Append { id, message }, Some(question), Some(before)) = (change, question, before)
    else {
        return Cow::Borrowed(change);
    };
    let is_next = before.messages.last().map(Fingerprint::of).as_ref() == Some(question);
    if is_next || before.readability != Readability::Whole {
        return Cow::Borrowed(change);
    }
    let block = Block { behind: Some(question.clone()), messages: vec![message.clone()] };
    Cow::Owned(Change::Insert { id: id.clone(), blocks: vec![block] })
}
