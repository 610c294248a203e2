//! Doing verbs: in the journal first, then in the shared file.
//! May not decide which verbs are done again; that is healing's.

use uuid::Uuid;

use crate::chat::{
    Change, Conversation, ConversationId, Fingerprint, ResponseId, Role, Seen, Timestamp, Verb,
    VerbId,
};

use super::super::error::StoreError;
use super::super::journal::Durability;
use super::super::notes::{Doing, Entry, Step};
use super::super::trash::By;
use super::{Applied, Known, Store};

impl Store {
    /// Does a verb. What it takes away goes to the trash first.
    ///
    /// # Errors
    /// When nothing could be changed; the file is as it was.
    pub fn apply(&mut self, change: &Change, now: Timestamp) -> Result<Applied, StoreError> {
        self.tell_time(now);
        let _held = self.lock()?;
        self.reconcile_quietly();
        let done = self.perform(change, By::User);
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

    /// Notes a verb and does it. The lock is held.
    pub(super) fn perform(&mut self, change: &Change, by: By) -> Result<Applied, StoreError> {
        let before = self.before(change.conversation())?;
        let order = self.orders(1).next().unwrap_or_default();
        let mut verb = self.new_verb(change, order);
        verb.seen = Some(Seen::of(change, before.as_ref()));
        let id = verb.id.clone();
        let meant = Step::Meant(Box::new(Entry::new(verb, None)));
        if let Err(error) = self.journal.add(&[meant], Durability::Written) {
            self.forget(&[id]);
            return Err(StoreError::io("written", &self.place.state().join("journal"), error));
        }
        let done = self.hit(&id, change, by);
        if done.is_err() {
            self.forget(&[id]);
        }
        done
    }

    /// A verb with an id of its own.
    pub(super) fn new_verb(&self, change: &Change, order: u64) -> Verb {
        let id = VerbId::new(Uuid::new_v4().to_string());
        Verb { order, ..Verb::new(id, change.clone(), self.now()) }
    }

    /// Does a verb that is in the journal; it stays there where it cannot be done now. The lock is
    /// held.
    pub(super) fn carry_out(&mut self, id: &VerbId) -> Result<Applied, StoreError> {
        let Some(verb) = self.journal.notes_mut().entry(id).map(|it| it.verb.clone()) else {
            return Ok(Applied::Same);
        };
        let before = self.before(verb.change.conversation())?;
        if before.is_none() && needs_conversation(&verb.change) {
            // It keeps what is known of its place for when the conversation is there again.
            return Err(StoreError::Deleted);
        }
        let seen = Seen::of(&verb.change, before.as_ref());
        let order = self.orders(1).next().unwrap_or_default();
        self.note(&Step::Aimed { verb: id.clone(), seen, order });
        self.flush(Durability::Written);
        let applied = self.hit(id, &verb.change, By::User)?;
        let asked = verb.seen.and_then(|seen| seen.behind);
        self.mark_divergence(&verb.change, asked.as_ref(), before.as_ref());
        Ok(applied)
    }

    fn hit(&mut self, id: &VerbId, change: &Change, by: By) -> Result<Applied, StoreError> {
        let applied = self.write(change, by)?;
        match applied {
            Applied::Changed => self.mark_applied(std::slice::from_ref(id)),
            Applied::Same => self.forget(std::slice::from_ref(id)),
        }
        Ok(applied)
    }

    /// Notes that verbs are in the file now.
    pub(super) fn mark_applied(&mut self, verbs: &[VerbId]) {
        let at = self.now();
        self.note(&Step::Applied { verbs: verbs.to_vec(), at });
        for verb in verbs {
            if let Some(entry) = self.journal.notes_mut().entry(verb) {
                entry.doing = Doing::Present;
            }
        }
        self.flush(Durability::Written);
    }

    /// Nothing is to be done about verbs any more.
    pub(super) fn forget(&mut self, verbs: &[VerbId]) {
        if !verbs.is_empty() {
            self.note(&Step::Over { verbs: verbs.to_vec() });
            self.flush(Durability::Written);
        }
    }

    /// A conversation as the file has it, if it has.
    pub(super) fn before(
        &mut self,
        id: &ConversationId,
    ) -> Result<Option<Conversation>, StoreError> {
        match self.conversation(id) {
            Ok(found) => Ok(Some(found)),
            Err(StoreError::Unknown(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// An answer that does not come directly behind its question was given without knowing what
    /// stands between.
    fn mark_divergence(
        &self,
        change: &Change,
        asked: Option<&Fingerprint>,
        before: Option<&Conversation>,
    ) {
        let (Change::Append { id, message }, Some(before)) = (change, before) else {
            return;
        };
        let Some(answer) = message.response_id.as_ref().filter(|_| message.role == Role::Assistant)
        else {
            return;
        };
        let last = before.messages.last().map(Fingerprint::of);
        if asked.is_some() && asked != last.as_ref() {
            self.note_divergence(id, answer);
        }
    }

    pub(super) fn note_divergence(&self, id: &ConversationId, answer: &ResponseId) {
        if let Err(error) = self.diverged.add(id, answer) {
            tracing::warn!(%error, "that two histories were merged could not be noted");
        }
    }

    pub(super) fn note(&mut self, step: &Step) {
        if let Err(error) = self.journal.note(step) {
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

/// Whether a verb is about what is in a conversation.
const fn needs_conversation(change: &Change) -> bool {
    match change {
        Change::Create { .. } | Change::Restore { .. } | Change::Delete { .. } => false,
        Change::Append { .. }
        | Change::Insert { .. }
        | Change::Rename { .. }
        | Change::ReplaceTail { .. }
        | Change::Withdraw { .. } => true,
    }
}
