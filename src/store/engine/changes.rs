//! Makes changes: logged in the journal first, then applied to the shared file.
//! Must not decide what is reapplied after a stale save: `reapply` does.
//!
//! Every change gets a sequence number under the lock when it is applied, from a counter that all
//! terminals share. Clocks would not do: they jump, and two terminals share a second.

use std::borrow::Cow;
use std::ops::Range;

use uuid::Uuid;

use crate::chat::merge::{self, AnswerBasis};
use crate::chat::{
    Change, ChangeBase, ChangeId, Conversation, ConversationId, Fingerprint, LoggedChange,
    MessageBlock, Readability, ResponseId, Role, Timestamp, Title,
};

use crate::store::engine::commit::{Draft, Intent, LoggedDraft, draft_of};
use crate::store::engine::open_version::OpenVersion;
use crate::store::engine::{ApplyOutcome, Store};
use crate::store::file::error::{StoreError, VersionError};
use crate::store::records::edits::draft::Batch;
use crate::store::records::record_text::Extent;
use crate::store::state::{
    Actor, ApplyState, Durability, JournalEntry, JournalRecord, JournalState, SeenState,
};

/// What logged changes did to the version that was written.
#[derive(Debug, Default)]
pub(super) struct ApplyResult {
    /// For each change, whether it did anything.
    pub outcomes: Vec<ApplyOutcome>,
    /// The conversation of the last change, as it is in that version.
    pub after: Option<Conversation>,
}

impl Store {
    /// Makes one change. What it removes goes to the trash first.
    ///
    /// # Errors
    /// When it cannot be made; the file is unchanged then.
    pub fn apply(&mut self, change: &Change, now: Timestamp) -> Result<ApplyOutcome, StoreError> {
        self.apply_all(std::slice::from_ref(change), now)
    }

    /// Makes changes that take effect together, in one write. What they remove goes to the trash
    /// first.
    ///
    /// # Errors
    /// When one of them cannot be made; the file is unchanged then.
    pub fn apply_all(
        &mut self,
        changes: &[Change],
        now: Timestamp,
    ) -> Result<ApplyOutcome, StoreError> {
        self.apply_as(Actor::User, changes, now)
    }

    /// Gives a conversation a title that no user chose, so that undoing passes it over.
    ///
    /// # Errors
    /// When it cannot be given; the file is unchanged then.
    pub fn apply_generated_title(
        &mut self,
        id: ConversationId,
        title: Title,
        at: Timestamp,
        now: Timestamp,
    ) -> Result<ApplyOutcome, StoreError> {
        self.apply_as(Actor::Program, &[Change::Rename { id, title, at }], now)
    }

    fn apply_as(
        &mut self,
        actor: Actor,
        changes: &[Change],
        now: Timestamp,
    ) -> Result<ApplyOutcome, StoreError> {
        self.set_time(now);
        let _lock = self.lock()?;
        self.reconcile_or_log();
        self.titles_before = self.full_titles.read();
        self.save_titles_of(changes);
        let applied = self.commit_changes(actor, |_, draft| {
            changes.iter().try_for_each(|change| draft.apply(change).map(drop))
        });
        self.reconcile_after_change();
        Ok(applied?.0)
    }

    /// Reconciles where the version that was replaced had not been: others wrote in between.
    pub(super) fn reconcile_after_change(&mut self) {
        if !self.seen.read().is_last_seen(self.open_identity()) {
            self.reconcile_or_log();
        }
    }

    /// Commits the changes that `plan` makes to a draft with `apply`: each is in the journal
    /// before it is in the file, and leaves it where the commit fails. The lock is held.
    pub(super) fn commit_changes<T>(
        &mut self,
        actor: Actor,
        mut plan: impl FnMut(&Self, &mut LoggedDraft<'_>) -> Result<T, VersionError>,
    ) -> Result<(ApplyOutcome, T), StoreError> {
        let (mut logged, mut outcomes) = (Vec::new(), Vec::new());
        let committed = self.commit(actor, None, |store, version| {
            // These were for a version that others have replaced meanwhile.
            store.mark_settled(&std::mem::take(&mut logged));
            let mut draft = LoggedDraft::of(version)?;
            let result = plan(store, &mut draft)?;
            let (batch, intents) = draft.into_parts();
            store.check_being_answered(intents.iter().map(|intent| &intent.change))?;
            outcomes = intents.iter().map(|intent| intent.outcome).collect();
            logged = store.log_intents(intents)?;
            Ok((batch, result))
        });
        match &committed {
            Ok(_) => self.record_outcomes(&logged, &outcomes),
            Err(_) => self.mark_settled(&logged),
        }
        committed
    }

    /// Logs changes with what the file shows just before each, so that they can be reapplied after a
    /// stale save.
    fn log_intents(&mut self, intents: Vec<Intent>) -> Result<Vec<ChangeId>, StoreError> {
        let sequences = self.reserve_sequence(intents.len());
        let (mut ids, mut records) = (Vec::new(), Vec::new());
        for (Intent { change, base, .. }, sequence) in intents.into_iter().zip(sequences) {
            let logged = self.new_logged_change(change, sequence);
            ids.push(logged.id.clone());
            let logged = LoggedChange { base: Some(base), ..logged };
            records.push(JournalRecord::Intended(Box::new(JournalEntry::new(logged, None))));
        }
        if let Err(error) = self.journal.append(&records, Durability::Written) {
            self.mark_settled(&ids);
            return Err(self.journal_error(error));
        }
        self.set_apply_states(&ids, ApplyState::InProgress);
        Ok(ids)
    }

    pub(super) fn journal_error(&self, error: std::io::Error) -> StoreError {
        StoreError::io("written", &self.paths.state_folder().join("journal"), error)
    }

    /// Records which changes are in the file now; those that changed nothing are settled.
    fn record_outcomes(&mut self, ids: &[ChangeId], outcomes: &[ApplyOutcome]) {
        let ids_with = |outcome: ApplyOutcome| {
            let matching = ids.iter().zip(outcomes).filter(|(_, other)| **other == outcome);
            matching.map(|(id, _)| id.clone()).collect::<Vec<_>>()
        };
        self.mark_applied(&ids_with(ApplyOutcome::Changed));
        self.mark_settled(&ids_with(ApplyOutcome::Unchanged));
    }

    pub(super) fn new_logged_change(&self, change: Change, sequence: u64) -> LoggedChange {
        let id = ChangeId::new(Uuid::new_v4().to_string());
        LoggedChange { sequence, ..LoggedChange::new(id, change, self.now()) }
    }

    /// Applies changes that are in the journal, together; where that fails now they stay there. An
    /// answer goes after the question of its `basis`. The lock is held.
    pub(super) fn apply_logged(
        &mut self,
        ids: &[ChangeId],
        basis: &AnswerBasis<'_>,
    ) -> Result<ApplyResult, StoreError> {
        let journal = self.journal.state_mut();
        let changes: Vec<LoggedChange> =
            ids.iter().filter_map(|id| Some(journal.entry_mut(id)?.logged.clone())).collect();
        let Some(last) = changes.last() else { return Ok(ApplyResult::default()) };
        let (_, applied) = self.commit(Actor::User, None, |store, version| {
            store.check_being_answered(changes.iter().map(|logged| &logged.change))?;
            let (batch, applied, before) = plan_logged(version, &changes, basis)?;
            store.log_bases(&changes, before);
            Ok((batch, applied))
        })?;
        let ids: Vec<ChangeId> = changes.iter().map(|logged| logged.id.clone()).collect();
        self.record_outcomes(&ids, &applied.outcomes);
        if let Some(after) = &applied.after {
            self.detect_broken_chain(&last.change, basis, after);
        }
        Ok(applied)
    }

    fn log_bases(&mut self, changes: &[LoggedChange], bases: Vec<ChangeBase>) {
        let sequences = self.reserve_sequence(changes.len());
        for ((logged, base), sequence) in changes.iter().zip(bases).zip(sequences) {
            self.log(&JournalRecord::Based { id: logged.id.clone(), base, sequence });
        }
        self.flush(Durability::Written);
    }

    /// Records that changes are in the file now.
    pub(super) fn mark_applied(&mut self, ids: &[ChangeId]) {
        if !ids.is_empty() {
            self.log(&JournalRecord::Applied { ids: ids.to_vec(), at: self.now() });
            self.set_apply_states(ids, ApplyState::Present);
            self.flush(Durability::Written);
        }
    }

    /// Records that nothing has to be done about changes any more.
    pub(super) fn mark_settled(&mut self, ids: &[ChangeId]) {
        if !ids.is_empty() {
            self.log(&JournalRecord::Settled { ids: ids.to_vec() });
            self.flush(Durability::Written);
        }
    }

    pub(super) fn set_apply_states(&mut self, ids: &[ChangeId], state: ApplyState) {
        for id in ids {
            if let Some(entry) = self.journal.state_mut().entry_mut(id) {
                entry.apply_state = state;
            }
        }
    }

    /// Records if the answer that a conversation is chained from was given without all messages
    /// before it, now that another answer was stored.
    fn detect_broken_chain(&self, change: &Change, basis: &AnswerBasis<'_>, after: &Conversation) {
        if let Change::Append { id, message } = change
            && let Some(chained) = &after.last_response_id
            && message.role == Role::Assistant
            && merge::is_chain_missing_messages(after, message, basis)
        {
            self.record_broken_chain(id, chained);
        }
    }

    pub(super) fn record_broken_chain(&self, id: &ConversationId, answer: &ResponseId) {
        if let Err(error) = self.broken_chains.add(id, answer) {
            tracing::warn!(%error, "a broken response chain could not be recorded");
        }
    }

    pub(super) fn log(&mut self, record: &JournalRecord) {
        if let Err(error) = self.journal.add(record) {
            tracing::warn!(%error, "a record could not be added to the journal");
        }
    }

    /// Writes the records that wait for the journal.
    pub fn flush(&mut self, durability: Durability) {
        if let Err(error) = self.journal.flush(durability) {
            tracing::warn!(%error, "the journal could not be written");
        }
    }

    /// Reserves sequence numbers after all used ones. The lock is held.
    pub(super) fn reserve_sequence(&self, count: usize) -> Range<u64> {
        let last = self.last_sequence(&self.seen.read());
        self.seen.reserve(u64::try_from(count).unwrap_or(u64::MAX), last)
    }

    /// The sequence numbers that changes would get now; they get their own when they are applied.
    pub(super) fn predicted_sequence(&self) -> Range<u64> {
        self.last_sequence(&self.seen.read()).saturating_add(1)..u64::MAX
    }

    fn last_sequence(&self, seen: &SeenState) -> u64 {
        let own = self.journal.state().highest_sequence();
        if seen.sequence > 0 {
            return own.max(seen.sequence);
        }
        // The counter is lost, but the journals hold its numbers.
        let others = self.journal.other_states();
        others.iter().map(JournalState::highest_sequence).max().unwrap_or_default().max(own)
    }

    /// The changes of all terminals that are not settled, in the order they were applied: our own
    /// that `counts`, and of others those that are in the file.
    pub(super) fn changes_in_order(
        &self,
        counts: impl Fn(&JournalEntry) -> bool,
    ) -> Vec<LoggedChange> {
        let own = self.journal.state().entries.iter().filter(|entry| counts(entry));
        let own = own.map(|entry| entry.logged.clone());
        let others = self.journal.other_states().into_iter().flat_map(|journal| journal.entries);
        let others = others.map(|entry| entry.logged).filter(|logged| logged.applied.is_some());
        let mut changes: Vec<LoggedChange> = own.chain(others).collect();
        changes.sort_by_key(|logged| logged.sequence);
        changes
    }
}

/// The batch that applies logged changes to a version, and what that shows before each.
fn plan_logged(
    version: &OpenVersion,
    changes: &[LoggedChange],
    basis: &AnswerBasis<'_>,
) -> Result<(Batch, ApplyResult, Vec<ChangeBase>), VersionError> {
    let mut draft = draft_of(version)?;
    let (mut applied, mut all_bases) = (ApplyResult::default(), Vec::new());
    for LoggedChange { change, .. } in changes {
        let (before, mut base) = draft.base_of(change)?;
        if let Some(question) = basis.question {
            base.predecessor = Some(question.clone());
        }
        if let Some(question) = basis.question
            && !has_question(&mut draft, change, question, before.as_ref())?
        {
            return Err(StoreError::QuestionRemoved.into());
        }
        let change = place_after_question(change, basis.question, before.as_ref());
        // It may be long, and the text of what comes after it as well.
        drop(before);
        applied.outcomes.push(draft.apply(&change)?);
        all_bases.push(base);
    }
    if let Some(last) = changes.last() {
        applied.after = draft.conversation(last.change.conversation(), Extent::END)?;
    }
    Ok((draft.into_batch(), applied, all_bases))
}

/// Whether a conversation has the question of an answer, as far as it can be read.
fn has_question(
    draft: &mut Draft<'_>,
    answer: &Change,
    question: &Fingerprint,
    before: Option<&Conversation>,
) -> Result<bool, VersionError> {
    let is_there =
        |chat: &Conversation| chat.messages.iter().any(|it| Fingerprint::of(it) == *question);
    let Some(before) = before.filter(|before| before.readability == Readability::Whole) else {
        return Ok(true);
    };
    if is_there(before) || before.earlier == 0 {
        return Ok(is_there(before));
    }
    // Only its end was read.
    let whole = draft.conversation(answer.conversation(), Extent::Whole)?;
    Ok(whole.as_ref().is_none_or(is_there))
}

/// Turns an answer that is no longer next into an insertion directly after its question.
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
    let block =
        MessageBlock { predecessor: Some(question.clone()), messages: vec![message.clone()] };
    Cow::Owned(Change::Insert { id: id.clone(), blocks: vec![block] })
}
