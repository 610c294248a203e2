//! Questions and answers made safe: in the journal on disk, then in the shared file.
//! May not decide what an answer means.

use uuid::Uuid;

use crate::chat::merge::AnswerBasis;
use crate::chat::{
    AnswerRecord, Change, ChangeId, Conversation, ConversationId, Fingerprint, Message, Role,
    TurnId, logged_change,
};

use crate::store::engine::Store;
use crate::store::file::error::StoreError;
use crate::store::state::{Actor, ApplyState, Durability, JournalEntry, OpenTurn, Record};

impl Store {
    /// Makes a question safe: in the journal on disk, then in the shared file. Returns the
    /// conversation as it was in the very version of the file that accepted the question, which is
    /// its last message: that is what has to be sent, whatever the file holds a moment later.
    ///
    /// # Errors
    /// When the question is in neither; then it belongs back to who typed it. When there is no
    /// question to ask again.
    pub fn begin_turn(
        &mut self,
        turn: &TurnId,
        conversation: &ConversationId,
        changes: &[Change],
    ) -> Result<Conversation, StoreError> {
        self.begin_with(turn, conversation, changes, find_question(changes).as_ref())
    }

    /// Begins a turn for a question that is in the file already. Returns the conversation up to and
    /// with that question, whatever was asked behind it since.
    ///
    /// # Errors
    /// When the question has an answer by now, or is not there any more.
    pub fn ask_again(
        &mut self,
        turn: &TurnId,
        conversation: &ConversationId,
        question: &Fingerprint,
    ) -> Result<Conversation, StoreError> {
        self.begin_with(turn, conversation, &[], Some(question))
    }

    fn begin_with(
        &mut self,
        turn: &TurnId,
        conversation: &ConversationId,
        changes: &[Change],
        question: Option<&Fingerprint>,
    ) -> Result<Conversation, StoreError> {
        let orders = self.predicted_sequence();
        let entry =
            |(change, order)| JournalEntry::new(self.new_logged_change(change, order), None);
        let verbs: Vec<JournalEntry> = changes.iter().zip(orders).map(entry).collect();
        let ids: Vec<ChangeId> = verbs.iter().map(|entry| entry.verb.id.clone()).collect();
        let begun = Record::TurnBegun {
            turn: turn.clone(),
            conversation: conversation.clone(),
            question: question.cloned(),
        };
        let mut steps = vec![begun];
        steps.extend(verbs.into_iter().map(|entry| Record::Intended(Box::new(entry))));
        let journal = self.paths.state_folder().join("journal");
        let length = self.journal.length();
        let noted = self.journal.append(&steps, Durability::Synced);
        for id in &ids {
            self.set_apply_state(id, ApplyState::InProgress);
        }
        let noted = noted.map_err(|error| StoreError::io("written", &journal, error));
        let stored = noted.and_then(|()| {
            self.retry_while_contended(|store| {
                let _held = store.lock()?;
                store.reconcile_or_log();
                let accepted = store.accept_question(turn, conversation, &ids, question);
                store.reconcile_after_change();
                accepted
            })
        });
        if stored.is_err() {
            self.mark_settled(&ids);
            self.log(&Record::TurnEnded { turn: turn.clone(), answer: None });
            self.flush(Durability::Written);
            // A question that is reported as not stored must not turn up later.
            if !self.journal.is_written()
                && let Err(error) = self.journal.truncate(length)
            {
                tracing::warn!(%error, "a question could not be taken out of the journal");
            }
        }
        stored
    }

    /// Carries out what stores the question, and notes which conversation it was accepted in.
    fn accept_question(
        &mut self,
        turn: &TurnId,
        id: &ConversationId,
        verbs: &[ChangeId],
        question: Option<&Fingerprint>,
    ) -> Result<Conversation, StoreError> {
        let carried = self.apply_logged(verbs, &AnswerBasis::default(), Actor::User)?;
        let mut accepted = match carried.after {
            Some(accepted) => accepted,
            None => self.read_conversation(id)?,
        };
        let question = match question {
            Some(question) => question.clone(),
            // What is asked again where another answer is wanted.
            None => accepted.messages.last().map(Fingerprint::of).ok_or(StoreError::Answered)?,
        };
        truncate_after(&mut accepted, &question)?;
        let context = Fingerprint::of_all(&accepted.messages);
        accepted.chain = self.broken_chains.chain_state(&accepted);
        self.log(&Record::TurnAccepted { turn: turn.clone(), question, context });
        self.flush(Durability::Written);
        Ok(accepted)
    }

    /// Writes down more of a growing answer; it reaches the disk with the next `flush`.
    pub fn append_delta(&mut self, turn: &TurnId, text: &str) {
        self.log(&Record::AnswerDelta { turn: turn.clone(), text: text.to_owned() });
    }

    /// Writes down a growing answer that was replaced.
    pub fn replace_answer(&mut self, turn: &TurnId, text: &str) {
        self.log(&Record::AnswerReplaced { turn: turn.clone(), text: text.to_owned() });
    }

    /// Stores the end of a turn: in the journal on disk, then in the shared file, behind its question.
    /// Returns the conversation as it was in the version of the file that took the answer; `None`
    /// where there was nothing to store.
    ///
    /// # Errors
    /// When the shared file could not be written. `where_it_is` tells whether the journal
    /// holds the answer; it is written with the next change or at the next start.
    pub fn finish_turn(
        &mut self,
        turn: &TurnId,
        conversation: &ConversationId,
        answer: Option<(Message, AnswerRecord)>,
    ) -> Result<Option<Conversation>, StoreError> {
        let open = self.open_turn(turn, conversation);
        let entry = answer.map(|(message, record)| {
            let id = ChangeId::new(Uuid::new_v4().to_string());
            let mut verb = open.answer_change(id, message, self.now());
            verb.order = self.predicted_sequence().start;
            Box::new(JournalEntry::new(verb, Some(record)))
        });
        let (id, record) = match &entry {
            Some(entry) => (Some(entry.verb.id.clone()), entry.record.clone()),
            None => (None, None),
        };
        let ended = Record::TurnEnded { turn: turn.clone(), answer: entry };
        let noted = self.journal.append(&[ended], Durability::Synced);
        if let Err(error) = &noted {
            tracing::warn!(%error, "the journal could not be written");
        }
        if let Some(record) = &record {
            self.save_answer_record(conversation, record);
        }
        // As long as it is in neither, the server's copy is the only one.
        if noted.is_ok() {
            self.background_answers.forget(turn);
        }
        let asked =
            AnswerBasis { question: open.question.as_ref(), context: open.context.as_ref() };
        let stored = id.map_or(Ok(None), |id| self.store_answer(&id, &asked));
        if stored.is_ok() {
            self.background_answers.forget(turn);
        }
        stored
    }

    /// Where an answer is that could not be stored, in a sentence for people.
    #[must_use]
    pub const fn unstored_answer_location(&self) -> &'static str {
        if self.journal.is_written() {
            "The answer is safe in the journal and is stored with the next change."
        } else {
            "The journal cannot be written either. Free some disk space before you quit; every \
             change tries again."
        }
    }

    /// Puts an answer into the file; it stays in the journal where that does not work now.
    fn store_answer(
        &mut self,
        id: &ChangeId,
        asked: &AnswerBasis<'_>,
    ) -> Result<Option<Conversation>, StoreError> {
        self.set_apply_state(id, ApplyState::InProgress);
        let stored = self.retry_while_contended(|store| {
            let _held = store.lock()?;
            store.reconcile_or_log();
            let carried = store.apply_logged(std::slice::from_ref(id), asked, Actor::User)?;
            store.reconcile_after_change();
            Ok(carried.after)
        });
        if stored.is_err() {
            self.set_apply_state(id, ApplyState::Unknown);
        }
        stored
    }

    pub(super) fn set_apply_state(&mut self, id: &ChangeId, doing: ApplyState) {
        if let Some(entry) = self.journal.state_mut().entry_mut(id) {
            entry.apply_state = doing;
        }
    }

    /// The turn as the journal has it, or what is known of it here.
    pub(super) fn open_turn(&self, turn: &TurnId, conversation: &ConversationId) -> OpenTurn {
        let turns = &self.journal.state().turns;
        turns.iter().find(|open| open.turn == *turn).cloned().unwrap_or_else(|| OpenTurn {
            turn: turn.clone(),
            conversation: conversation.clone(),
            question: None,
            context: None,
            partial_text: String::new(),
        })
    }

    pub(super) fn save_answer_record(&self, conversation: &ConversationId, record: &AnswerRecord) {
        if let Err(error) = self.answer_records.add(conversation, record) {
            tracing::warn!(%error, "what is known about an answer could not be kept");
        }
    }
}

/// Leaves a conversation as it has to be sent to have a question answered.
fn truncate_after(
    conversation: &mut Conversation,
    question: &Fingerprint,
) -> Result<(), StoreError> {
    let is_it = |message: &Message| Fingerprint::of(message) == *question;
    let place = conversation.messages.iter().rposition(is_it).ok_or(StoreError::Outdated)?;
    let end = place.saturating_add(1);
    let is_answered = |next: &Message| next.role == Role::Assistant;
    let is_question = conversation.messages.get(place).is_some_and(|it| it.role == Role::User);
    if !is_question || conversation.messages.get(end).is_some_and(is_answered) {
        return Err(StoreError::Answered);
    }
    conversation.messages.truncate(end);
    Ok(())
}

/// The question among changes that are about to be made; the one of a turn that asks again is known
/// once it is accepted.
fn find_question(changes: &[Change]) -> Option<Fingerprint> {
    let mut new =
        changes.iter().rev().flat_map(|it| logged_change::new_messages(it).into_iter().rev());
    new.find(|message| message.role == Role::User).map(Fingerprint::of)
}
