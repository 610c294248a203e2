//! Stores questions and answers: in the journal on disk first, then in the shared file.
//! Must not decide what an answer means: `chat::turn` does.

use crate::chat::chain_gap::messages_outside_chain;
use crate::chat::merge::AnswerBasis;
use crate::chat::{
    AnswerRecord, ChainState, Change, ChangeBase, ChangeId, Conversation, ConversationId,
    Fingerprint, LoggedChange, Message, ResponseId, Role, TurnId, logged_change,
};

use crate::store::engine::Store;
use crate::store::engine::changes::ApplyResult;
use crate::store::file::error::StoreError;
use crate::store::records::record_text::Extent;
use crate::store::state::{ApplyState, Durability, JournalEntry, JournalRecord, OpenTurn};

impl Store {
    /// Stores a question. Returns the conversation as it is in the very version of the file that
    /// accepted the question, with that as its last message: this is what has to be sent, even if the
    /// file holds a moment later.
    ///
    /// # Errors
    /// When the question is neither in the journal nor in the file, so that it belongs back in the
    /// composer; and when there is no question to ask again.
    pub fn begin_turn(
        &mut self,
        turn: &TurnId,
        conversation: &ConversationId,
        changes: &[Change],
    ) -> Result<Conversation, StoreError> {
        self.begin_typed_turn(turn, conversation, changes, None)
    }

    /// The same for a question that something else was typed for, as the call of a template: that is forgotten
    /// as a draft with it.
    ///
    /// # Errors
    /// Those of `begin_turn`.
    pub fn begin_typed_turn(
        &mut self,
        turn: &TurnId,
        conversation: &ConversationId,
        changes: &[Change],
        typed: Option<String>,
    ) -> Result<Conversation, StoreError> {
        let question = find_question(changes);
        let begun =
            OpenTurn { typed, ..OpenTurn::new(turn.clone(), conversation.clone(), question) };
        self.begin_with(&begun, changes)
    }

    /// Begins a turn for a question that is in the file already. Returns the conversation up to and
    /// with that question, without later questions.
    ///
    /// # Errors
    /// When the question has an answer by now, or is no longer there.
    pub fn ask_again(
        &mut self,
        turn: &TurnId,
        conversation: &ConversationId,
        question: &Fingerprint,
    ) -> Result<Conversation, StoreError> {
        let question = Some(question.clone());
        self.begin_with(&OpenTurn::new(turn.clone(), conversation.clone(), question), &[])
    }

    fn begin_with(
        &mut self,
        begun: &OpenTurn,
        changes: &[Change],
    ) -> Result<Conversation, StoreError> {
        let OpenTurn { turn, conversation, question, typed, .. } = begun.clone();
        let mut records = vec![JournalRecord::TurnBegun { turn, conversation, question, typed }];
        let mut ids = Vec::new();
        for (change, sequence) in changes.iter().zip(self.predicted_sequence()) {
            let logged = self.new_logged_change(change.clone(), sequence);
            ids.push(logged.id.clone());
            records.push(JournalRecord::Intended(Box::new(JournalEntry::new(logged, None))));
        }
        self.save_titles_of(changes);
        let length = self.journal.length();
        let written = self.journal.append(&records, Durability::Synced);
        self.set_apply_states(&ids, ApplyState::InProgress);
        let accepted = written
            .map_err(|error| self.journal_error(error))
            .and_then(|()| self.while_locked(|store| store.accept_question(begun, &ids)));
        if accepted.is_err() {
            self.withdraw_question(&begun.turn, &ids, length);
        }
        accepted.map(|conversation| self.with_full_title(conversation))
    }

    /// Takes a question out of the journal: one that is reported as not stored must not turn up later.
    fn withdraw_question(&mut self, turn: &TurnId, ids: &[ChangeId], journal_length: u64) {
        self.mark_settled(ids);
        self.log(&JournalRecord::TurnEnded { turn: turn.clone(), answer: None });
        self.flush(Durability::Written);
        if !self.journal.is_written()
            && let Err(error) = self.journal.truncate(journal_length)
        {
            tracing::warn!(%error, "a question could not be taken out of the journal");
        }
    }

    /// Applies something to the reconciled file under the lock, again while others are writing.
    fn while_locked<T>(
        &mut self,
        mut apply: impl FnMut(&mut Self) -> Result<T, StoreError>,
    ) -> Result<T, StoreError> {
        self.retry_while_contended(|store| {
            let _lock = store.lock()?;
            store.reconcile_or_log();
            let applied = apply(store);
            store.reconcile_after_change();
            applied
        })
    }

    /// Applies the changes that store a question, and logs which conversation accepted it.
    fn accept_question(
        &mut self,
        begun: &OpenTurn,
        changes: &[ChangeId],
    ) -> Result<Conversation, StoreError> {
        let ApplyResult { after, .. } = self.apply_logged(changes, &AnswerBasis::default())?;
        let mut accepted = match after {
            Some(accepted) => accepted,
            None => self.read_conversation(&begun.conversation, Extent::END)?,
        };
        let question = match &begun.question {
            Some(question) => question.clone(),
            // Where another answer is wanted, the last message is what is asked again.
            None => accepted.messages.last().map(Fingerprint::of).ok_or(StoreError::Answered)?,
        };
        truncate_after(&mut accepted, &question)?;
        let context = Fingerprint::of_context(accepted.earlier, &accepted.messages);
        accepted.chain = self.chain_state(&accepted);
        self.log(&JournalRecord::TurnAccepted { turn: begun.turn.clone(), question, context });
        self.flush(Durability::Written);
        Ok(accepted)
    }

    /// Whether a conversation may be chained from its last answer, and what has to be sent with the
    /// next question then. An answer this program has a record of was given with everything before it,
    /// by its chain or by a replay; where that was not so, the chain is recorded as broken.
    pub(super) fn chain_state(&self, conversation: &Conversation) -> ChainState {
        let recorded = self.broken_chains.chain_state(conversation);
        let (ChainState::Whole, Some(last)) = (&recorded, &conversation.last_response_id) else {
            return recorded;
        };
        let messages = &conversation.messages;
        // Most chains are whole, and the records need not be read.
        if messages_outside_chain(messages, last, |_| false).is_empty() {
            return ChainState::Whole;
        }
        let records = self.answer_records.records(&conversation.id);
        let is_ours =
            |id: &ResponseId| records.iter().any(|record| record.response_id.as_ref() == Some(id));
        match messages_outside_chain(messages, last, is_ours) {
            none if none.is_empty() => ChainState::Whole,
            outside => ChainState::Partial(outside),
        }
    }

    /// Logs more of a partial answer; it reaches the disk with the next `flush`.
    pub fn append_delta(&mut self, turn: &TurnId, text: &str) {
        self.log(&JournalRecord::AnswerDelta { turn: turn.clone(), text: text.to_owned() });
    }

    /// Logs another text in the place of a partial answer.
    pub fn replace_answer(&mut self, turn: &TurnId, text: &str) {
        self.log(&JournalRecord::AnswerReplaced { turn: turn.clone(), text: text.to_owned() });
    }

    /// Ends a turn, and stores its answer after its question. Returns the conversation as it is in
    /// the version of the file that has the answer; `None` without an answer.
    ///
    /// # Errors
    /// When the file cannot be written. `unstored_copy` says where the answer is; it is
    /// written with the next change or at the next start. Also where its question is not there any more: then
    /// it waits in the journal until that is restored.
    pub fn finish_turn(
        &mut self,
        turn: &TurnId,
        conversation: &ConversationId,
        answer: Option<(Message, AnswerRecord)>,
    ) -> Result<Option<Conversation>, StoreError> {
        let open = self.open_turn(turn, conversation);
        let entry = answer.map(|(message, record)| {
            let sequence = self.predicted_sequence().start;
            let logged = self.new_answer_change(&open, message, sequence);
            Box::new(JournalEntry::new(logged, Some(record)))
        });
        let (id, record) = match &entry {
            Some(entry) => (Some(entry.logged.id.clone()), entry.record.clone()),
            None => (None, None),
        };
        let ended = JournalRecord::TurnEnded { turn: turn.clone(), answer: entry };
        let written = self.journal.append(&[ended], Durability::Synced);
        if let Err(error) = &written {
            tracing::warn!(%error, "the journal could not be written");
        }
        if let Some(record) = &record {
            self.save_answer_records(conversation, std::slice::from_ref(record));
        }
        let basis =
            AnswerBasis { question: open.question.as_ref(), context: open.context.as_ref() };
        // As long as the answer is neither in the journal nor in the file, the server has the only
        // copy.
        if written.is_ok() {
            self.background_answers.forget(turn);
        }
        let stored = id.as_ref().map_or(Ok(None), |id| self.store_answer(id, &basis));
        match (&stored, &id) {
            (Ok(_), _) => self.background_answers.forget(turn),
            (Err(error), Some(id)) if written.is_err() || !error.is_answer_waiting() => {
                self.add_unstored(turn, id, error);
            }
            (Err(_), _) => {}
        }
        stored.map(|conversation| conversation.map(|it| self.with_full_title(it)))
    }

    /// The change that stores an answer after the question of its turn.
    pub(super) fn new_answer_change(
        &self,
        open: &OpenTurn,
        message: Message,
        sequence: u64,
    ) -> LoggedChange {
        let change = Change::Append { id: open.conversation.clone(), message };
        let base = ChangeBase { predecessor: open.question.clone(), ..ChangeBase::default() };
        LoggedChange { base: Some(base), ..self.new_logged_change(change, sequence) }
    }

    /// Stores an answer that is in the journal, where it stays if that fails.
    fn store_answer(
        &mut self,
        id: &ChangeId,
        basis: &AnswerBasis<'_>,
    ) -> Result<Option<Conversation>, StoreError> {
        let ids = std::slice::from_ref(id);
        self.set_apply_states(ids, ApplyState::InProgress);
        let applied = self.while_locked(|store| store.apply_logged(ids, basis));
        if applied.is_err() {
            self.set_apply_states(ids, ApplyState::Unknown);
        }
        Ok(applied?.after)
    }

    /// The turn as the journal has it, or with what the caller knows.
    pub(super) fn open_turn(&self, turn: &TurnId, conversation: &ConversationId) -> OpenTurn {
        let open = self.journal.state().turns.iter().find(|open| open.turn == *turn);
        open.cloned().unwrap_or_else(|| OpenTurn::new(turn.clone(), conversation.clone(), None))
    }

    /// Keeps what the shared file has no place for about answers, in the order they were given. Without
    /// it only the marks at answers are missing, so a failure is logged.
    pub fn save_answer_records(&self, conversation: &ConversationId, records: &[AnswerRecord]) {
        if let Err(error) = self.answer_records.add(conversation, records) {
            tracing::warn!(%error, "the records of answers could not be saved");
        }
    }
}

/// Cuts a conversation down to what has to be sent to have a question answered.
fn truncate_after(
    conversation: &mut Conversation,
    question: &Fingerprint,
) -> Result<(), StoreError> {
    let messages = &conversation.messages;
    let position = messages.iter().rposition(|message| Fingerprint::of(message) == *question);
    let position = position.ok_or(StoreError::Outdated)?;
    let end = position.saturating_add(1);
    let has_role =
        |at: usize, role: &Role| messages.get(at).is_some_and(|message| message.role == *role);
    if !has_role(position, &Role::User) || has_role(end, &Role::Assistant) {
        return Err(StoreError::Answered);
    }
    conversation.messages.truncate(end);
    Ok(())
}

/// The question among new messages; that of a turn that asks again is known once it is accepted.
fn find_question(changes: &[Change]) -> Option<Fingerprint> {
    let newest_first =
        changes.iter().rev().flat_map(|it| logged_change::new_messages(it).into_iter().rev());
    newest_first.into_iter().find(|message| message.role == Role::User).map(Fingerprint::of)
}
