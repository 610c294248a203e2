//! Doing verbs: in the journal first, then in the shared file.
//! May not decide which verbs are done again; that is healing's.

use uuid::Uuid;

use crate::chat::merge::Asked;
use crate::chat::{
    Change, Conversation, ConversationId, ResponseId, Role, Seen, Timestamp, Verb, VerbId, merge,
};

use super::super::error::StoreError;
use super::super::state::Actor;
use super::super::state::Durability;
use super::super::state::{ApplyState, JournalEntry, Record};
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
        let done = self.perform(change, Actor::User);
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
    pub(super) fn perform(&mut self, change: &Change, by: Actor) -> Result<Applied, StoreError> {
        let before = self.before(change.conversation())?;
        let order = self.orders(1).next().unwrap_or_default();
        let mut verb = self.new_verb(change, order);
        verb.seen = Some(Seen::of(change, before.as_ref()));
        let id = verb.id.clone();
        let meant = Record::Intended(Box::new(JournalEntry::new(verb, None)));
        if let Err(error) = self.journal.append(&[meant], Durability::Written) {
            self.forget(&[id]);
            return Err(StoreError::io("written", &self.place.state().join("journal"), error));
        }
        let done = self.write(change, by);
        match &done {
            Ok(applied) => self.note_outcome(&id, *applied),
            Err(_) => self.forget(&[id]),
        }
        done
    }

    /// A verb with an id of its own.
    pub(super) fn new_verb(&self, change: &Change, order: u64) -> Verb {
        let id = VerbId::new(Uuid::new_v4().to_string());
        Verb { order, ..Verb::new(id, change.clone(), self.now()) }
    }

    /// Does a verb that is in the journal; it stays there where it cannot be done now. Returns the
    /// conversation as it is in the version that was written; `None` where nothing is left to do. The
    /// lock is held.
    pub(super) fn carry_out(
        &mut self,
        id: &VerbId,
        asked: &Asked<'_>,
    ) -> Result<Option<Conversation>, StoreError> {
        let Some(verb) = self.journal.state_mut().entry(id).map(|it| it.verb.clone()) else {
            return Ok(None);
        };
        let before = self.before(verb.change.conversation())?;
        if before.is_none() && needs_conversation(&verb.change) {
            // It keeps what is known of its place for when the conversation is there again.
            return Err(StoreError::Deleted);
        }
        let mut seen = Seen::of(&verb.change, before.as_ref());
        if let Some(question) = asked.question {
            seen.behind = Some(question.clone());
        }
        let order = self.orders(1).next().unwrap_or_default();
        self.note(&Record::Based { verb: id.clone(), seen, order });
        self.flush(Durability::Written);
        let written = self.write_behind(&verb.change, asked.question, Actor::User)?;
        self.note_outcome(id, written.applied);
        let after = written.conversation(verb.change.conversation());
        self.mark_divergence(&verb.change, asked, &after);
        Ok(Some(after))
    }

    fn note_outcome(&mut self, id: &VerbId, applied: Applied) {
        match applied {
            Applied::Changed => self.mark_applied(std::slice::from_ref(id)),
            Applied::Same => self.forget(std::slice::from_ref(id)),
        }
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

    pub(super) fn note(&mut self, step: &Record) {
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
