//! Does changes: in the journal first, then in the shared file.
//! Must not decide which changes are done again: reapplying does.

use std::borrow::Cow;

use uuid::Uuid;

use crate::chat::merge::{self, AnswerBasis};
use crate::chat::{
    Change, ChangeBase, ChangeId, Conversation, ConversationId, Fingerprint, LoggedChange,
    MessageBlock, Readability, ResponseId, Role, Timestamp,
};

use crate::store::engine::commit::{Batch, DraftBuilder, PlanError, PlanResult};
use crate::store::engine::{ApplyOutcome, MAX_ATTEMPTS, OpenVersion, Store};
use crate::store::file::error::StoreError;
use crate::store::state::{Actor, ApplyState, Durability, JournalEntry, Record};

/// What was done to the file, in the version of it that was written.
#[derive(Debug, Default)]
pub(super) struct ApplyResult {
    /// For each change, whether it did anything.
    pub outcomes: Vec<ApplyOutcome>,
    /// The conversation of the last change, as it is in that version.
    pub after: Option<Conversation>,
}

impl Store {
    /// Does a change. What it takes away goes to the trash first.
    ///
    /// # Errors
    /// When nothing could be changed; the file is as it was.
    pub fn apply(&mut self, change: &Change, now: Timestamp) -> Result<ApplyOutcome, StoreError> {
        self.apply_all(std::slice::from_ref(change), now)
    }

    /// Does changes that take effect together, in one write. What they take away goes to the trash
    /// first.
    ///
    /// # Errors
    /// When one of them cannot be done; the file is as it was.
    pub fn apply_all(
        &mut self,
        changes: &[Change],
        now: Timestamp,
    ) -> Result<ApplyOutcome, StoreError> {
        self.set_time(now);
        let _held = self.lock()?;
        self.reconcile_or_log();
        let done = self.apply_changes(changes, Actor::User);
        self.reconcile_after_change();
        done
    }

    /// Looks again where the file that was changed was not the one that had been looked at: then
    /// somebody else had been there in between.
    pub(super) fn reconcile_after_change(&mut self) {
        let known = self.open_version.as_ref().and_then(OpenVersion::identity);
        if !self.seen.read().is_last_seen(known) {
            self.reconcile_or_log();
        }
    }

    /// Notes changes and does them together; what cannot be done is not noted. The lock is held.
    pub(super) fn apply_changes(
        &mut self,
        changes: &[Change],
        by: Actor,
    ) -> Result<ApplyOutcome, StoreError> {
        let mut noted = Vec::new();
        let planner = |store: &mut Self, known: &OpenVersion| {
            // Of a version that somebody else has replaced meanwhile.
            store.mark_settled(&std::mem::take(&mut noted));
            let verbs: Vec<LoggedChange> =
                changes.iter().map(|it| store.new_logged_change(it, 0)).collect();
            let (batch, carried, seen) =
                store.plan_changes(known, &verbs, &AnswerBasis::default())?;
            noted = store.log_intents(verbs.into_iter().zip(seen).collect())?;
            Ok(PlanResult::Write(batch, carried))
        };
        match self.commit(by, None, planner) {
            Ok((_, carried)) => {
                self.record_outcomes(&noted, &carried.outcomes);
                let any = carried.outcomes.contains(&ApplyOutcome::Changed);
                Ok(if any { ApplyOutcome::Changed } else { ApplyOutcome::Unchanged })
            }
            Err(error) => {
                self.mark_settled(&noted);
                Err(error)
            }
        }
    }

    /// Notes verbs in the journal, with what the file shows just before each: an old copy of the file
    /// may be written over them yet.
    pub(super) fn log_intents(
        &mut self,
        verbs: Vec<(LoggedChange, ChangeBase)>,
    ) -> Result<Vec<ChangeId>, StoreError> {
        let orders = self.reserve_sequence(verbs.len());
        let (mut ids, mut meant) = (Vec::new(), Vec::new());
        for ((verb, seen), order) in verbs.into_iter().zip(orders) {
            ids.push(verb.id.clone());
            let verb = LoggedChange { order, seen: Some(seen), ..verb };
            meant.push(Record::Intended(Box::new(JournalEntry::new(verb, None))));
        }
        if let Err(error) = self.journal.append(&meant, Durability::Written) {
            self.mark_settled(&ids);
            return Err(StoreError::io(
                "written",
                &self.paths.state_folder().join("journal"),
                error,
            ));
        }
        for id in &ids {
            self.set_apply_state(id, ApplyState::InProgress);
        }
        Ok(ids)
    }

    /// Notes which verbs are in the file now; nothing is to be done about those that changed nothing.
    fn record_outcomes(&mut self, verbs: &[ChangeId], applied: &[ApplyOutcome]) {
        let (mut changed, mut same) = (Vec::new(), Vec::new());
        for (verb, applied) in verbs.iter().zip(applied) {
            match applied {
                ApplyOutcome::Changed => changed.push(verb.clone()),
                ApplyOutcome::Unchanged => same.push(verb.clone()),
            }
        }
        if !changed.is_empty() {
            self.mark_applied(&changed);
        }
        self.mark_settled(&same);
    }

    /// A verb with an id of its own.
    pub(super) fn new_logged_change(&self, change: &Change, order: u64) -> LoggedChange {
        let id = ChangeId::new(Uuid::new_v4().to_string());
        LoggedChange { order, ..LoggedChange::new(id, change.clone(), self.now()) }
    }

    /// Does verbs that are in the journal, together; they stay there where they cannot be done now.
    /// An answer goes behind the question it was `asked`. The lock is held.
    pub(super) fn apply_logged(
        &mut self,
        ids: &[ChangeId],
        asked: &AnswerBasis<'_>,
        by: Actor,
    ) -> Result<ApplyResult, StoreError> {
        let journal = self.journal.state_mut();
        let verbs: Vec<LoggedChange> =
            ids.iter().filter_map(|id| Some(journal.entry_mut(id)?.verb.clone())).collect();
        if verbs.is_empty() {
            return Ok(ApplyResult::default());
        }
        let (_, carried) = self.commit(by, None, |store, known| {
            let (batch, carried, seen) = store.plan_changes(known, &verbs, asked)?;
            store.log_bases(&verbs, seen);
            Ok(PlanResult::Write(batch, carried))
        })?;
        let ids: Vec<ChangeId> = verbs.iter().map(|verb| verb.id.clone()).collect();
        self.record_outcomes(&ids, &carried.outcomes);
        if let (Some(verb), Some(after)) = (verbs.last(), &carried.after) {
            self.detect_broken_chain(&verb.change, asked, after);
        }
        Ok(carried)
    }

    /// Applies verbs to a version; with what it shows just before each.
    fn plan_changes(
        &self,
        known: &OpenVersion,
        verbs: &[LoggedChange],
        asked: &AnswerBasis<'_>,
    ) -> Result<(Batch, ApplyResult, Vec<ChangeBase>), PlanError> {
        let mut drafting = DraftBuilder::of(self, known)?;
        let (mut carried, mut all_seen) = (ApplyResult::default(), Vec::new());
        for verb in verbs {
            // Read once, for what it shows and for the change.
            drafting.record_text(verb.change.conversation())?;
            let before = drafting.conversation(verb.change.conversation())?;
            let mut seen = ChangeBase::of(&verb.change, before.as_ref());
            if let Some(question) = asked.question {
                seen.behind = Some(question.clone());
            }
            let change = place_after_question(&verb.change, asked.question, before.as_ref());
            carried.outcomes.extend(drafting.apply(std::slice::from_ref(&*change))?);
            all_seen.push(seen);
        }
        if let Some(last) = verbs.last() {
            carried.after = drafting.conversation(last.change.conversation())?;
        }
        Ok((drafting.into_batch(), carried, all_seen))
    }

    /// Notes what the file shows just before verbs that are in the journal.
    fn log_bases(&mut self, verbs: &[LoggedChange], seen: Vec<ChangeBase>) {
        let orders = self.reserve_sequence(verbs.len());
        for ((verb, seen), order) in verbs.iter().zip(seen).zip(orders) {
            self.log(&Record::Based { verb: verb.id.clone(), seen, order });
        }
        self.flush(Durability::Written);
    }

    /// Notes that verbs are in the file now.
    pub(super) fn mark_applied(&mut self, verbs: &[ChangeId]) {
        let at = self.now();
        self.log(&Record::Applied { verbs: verbs.to_vec(), at });
        for verb in verbs {
            if let Some(entry) = self.journal.state_mut().entry_mut(verb) {
                entry.apply_state = ApplyState::Present;
            }
        }
        self.flush(Durability::Written);
    }

    /// Nothing is to be done about verbs any more.
    pub(super) fn mark_settled(&mut self, verbs: &[ChangeId]) {
        if !verbs.is_empty() {
            self.log(&Record::Settled { verbs: verbs.to_vec() });
            self.flush(Durability::Written);
        }
    }

    /// A conversation as the file has it, if it has, in a version in which nothing that an old copy
    /// undid is missing.
    pub(super) fn reconciled_conversation(
        &mut self,
        id: &ConversationId,
    ) -> Result<Option<Conversation>, StoreError> {
        for _ in 0..MAX_ATTEMPTS {
            self.reconcile_if_foreign();
            let found = match self.read_conversation(id) {
                Ok(found) => Some(found),
                Err(StoreError::NotFound(_)) => None,
                Err(error) => return Err(error),
            };
            let version = self.open_version.as_ref().and_then(OpenVersion::identity);
            if self.seen.read().is_last_seen(version) {
                return Ok(found);
            }
        }
        Err(StoreError::Contended(self.paths.chats_file()))
    }

    /// Notes where the answer a conversation is chained from does not know all that stands before
    /// it, now that another answer was stored.
    fn detect_broken_chain(&self, change: &Change, asked: &AnswerBasis<'_>, after: &Conversation) {
        let Change::Append { id, message } = change else { return };
        let Some(chained) = after.last_response_id.as_ref() else { return };
        if message.role == Role::Assistant
            && merge::is_chain_missing_messages(after, message, asked)
        {
            self.record_broken_chain(id, chained);
        }
    }

    pub(super) fn record_broken_chain(&self, id: &ConversationId, answer: &ResponseId) {
        if let Err(error) = self.broken_chains.add(id, answer) {
            tracing::warn!(%error, "that two histories were merged could not be noted");
        }
    }

    pub(super) fn log(&mut self, record: &Record) {
        if let Err(error) = self.journal.add(record) {
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
fn place_after_question<'a>(
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
    let block = MessageBlock { behind: Some(question.clone()), messages: vec![message.clone()] };
    Cow::Owned(Change::Insert { id: id.clone(), blocks: vec![block] })
}
