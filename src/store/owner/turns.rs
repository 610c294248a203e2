//! Questions and answers made safe: in the journal on disk, then in the shared file.
//! May not decide what an answer means.

use std::thread;
use std::time::{Duration, Instant};

use uuid::Uuid;

use crate::chat::merge::Asked;
use crate::chat::wish::{Being, Wish};
use crate::chat::{
    AnswerRecord, Change, Conversation, ConversationId, Fingerprint, Message, Role, TurnId, Verb,
    VerbId, verb,
};

use super::super::error::StoreError;
use super::super::state::Actor;
use super::super::state::Durability;
use super::super::state::{ApplyState, JournalEntry, OpenTurn, Record};
use super::Store;

/// How long an answer waits for a file that others are writing before that is an error.
const PATIENCE: Duration = Duration::from_secs(2);
/// How long to wait before looking again.
const PAUSE: Duration = Duration::from_millis(20);

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
        let orders = self.likely_orders();
        let entry = |(change, order)| JournalEntry::new(self.new_verb(change, order), None);
        let verbs: Vec<JournalEntry> = changes.iter().zip(orders).map(entry).collect();
        let ids: Vec<VerbId> = verbs.iter().map(|entry| entry.verb.id.clone()).collect();
        let begun = Record::TurnBegun {
            turn: turn.clone(),
            conversation: conversation.clone(),
            question: self.question(conversation, changes),
        };
        let mut steps = vec![begun];
        steps.extend(verbs.into_iter().map(|entry| Record::Intended(Box::new(entry))));
        let journal = self.place.state().join("journal");
        let noted = self.journal.append(&steps, Durability::Synced);
        for id in &ids {
            self.set_doing(id, ApplyState::InProgress);
        }
        let stored = noted
            .map_err(|error| StoreError::io("written", &journal, error))
            .and_then(|()| self.lock())
            .and_then(|_held| {
                self.reconcile_quietly();
                let stored = self.accept(turn, conversation, &ids);
                if stored.is_err() {
                    self.take_back(changes, &ids);
                }
                self.look_after();
                stored
            });
        if stored.is_err() {
            self.forget(&ids);
            self.note(&Record::TurnEnded { turn: turn.clone(), answer: None });
            self.flush(Durability::Written);
        }
        stored
    }

    /// Carries out what stores the question, and notes which conversation it was accepted in.
    fn accept(
        &mut self,
        turn: &TurnId,
        id: &ConversationId,
        verbs: &[VerbId],
    ) -> Result<Conversation, StoreError> {
        let mut accepted = None;
        for verb in verbs {
            accepted = self.carry_out(verb, &Asked::default())?.or(accepted);
        }
        let mut accepted = match accepted {
            Some(accepted) => accepted,
            None => self.conversation(id)?,
        };
        if !accepted.is_unanswered() {
            return Err(StoreError::Answered);
        }
        accepted.chain = self.diverged.chain(&accepted);
        let context = Fingerprint::of_all(&accepted.messages);
        self.note(&Record::TurnAccepted { turn: turn.clone(), context });
        self.flush(Durability::Written);
        Ok(accepted)
    }

    /// A created conversation without its question would be a riddle to both programs.
    fn take_back(&mut self, changes: &[Change], ids: &[VerbId]) {
        let created = matches!(changes.first(), Some(Change::Create { .. }))
            && ids.first().is_some_and(|id| self.journal.state_mut().entry(id).is_some());
        if let Some(change) = changes.first().filter(|_| created) {
            let id = change.conversation().clone();
            let _ = self.write(&Change::Delete { id }, Actor::Program);
        }
    }

    /// The question of a turn: among what is new, or the last message there is.
    fn question(&mut self, id: &ConversationId, changes: &[Change]) -> Option<Fingerprint> {
        let mut new = changes.iter().rev().flat_map(|it| verb::new_messages(it).into_iter().rev());
        let asked = new.find(|message| message.role == Role::User).map(Fingerprint::of);
        asked.or_else(|| {
            let conversation = self.conversation(id).ok().filter(|_| changes.is_empty())?;
            conversation.messages.last().map(Fingerprint::of)
        })
    }

    /// Writes down more of a growing answer; it reaches the disk with the next `flush`.
    pub fn grow_answer(&mut self, turn: &TurnId, text: &str) {
        self.note(&Record::AnswerDelta { turn: turn.clone(), text: text.to_owned() });
    }

    /// Writes down a growing answer that was replaced.
    pub fn replace_answer(&mut self, turn: &TurnId, text: &str) {
        self.note(&Record::AnswerReplaced { turn: turn.clone(), text: text.to_owned() });
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
            let id = VerbId::new(Uuid::new_v4().to_string());
            let mut verb = open.answer(id, message, self.now());
            verb.order = self.likely_orders().start;
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
            self.remember(conversation, record);
        }
        // As long as it is in neither, the server's copy is the only one.
        if noted.is_ok() {
            self.running.forget(turn);
        }
        let asked = Asked { question: open.question.as_ref(), context: open.context.as_ref() };
        let stored = id.map_or(Ok(None), |id| self.store_answer(&id, &asked));
        if stored.is_ok() {
            self.running.forget(turn);
        }
        stored
    }

    /// Where an answer is that could not be stored, in a sentence for people.
    #[must_use]
    pub const fn where_it_is(&self) -> &'static str {
        if self.journal.is_written() {
            "The answer is safe in the journal and will be stored later."
        } else {
            "The journal cannot be written either: make room before you leave, it is tried again \
             with every change."
        }
    }

    /// Puts an answer into the file; it stays in the journal where that does not work now. A file
    /// that is only being written by somebody else is waited for.
    fn store_answer(
        &mut self,
        id: &VerbId,
        asked: &Asked<'_>,
    ) -> Result<Option<Conversation>, StoreError> {
        let started = Instant::now();
        loop {
            let _held = self.lock()?;
            self.set_doing(id, ApplyState::InProgress);
            self.reconcile_quietly();
            let stored = self.carry_out(id, asked);
            match stored {
                Ok(stored) => {
                    self.look_after();
                    return Ok(stored);
                }
                Err(error) => {
                    self.set_doing(id, ApplyState::Unknown);
                    if started.elapsed() > PATIENCE || !self.will_pass(id, &error) {
                        return Err(error);
                    }
                }
            }
            thread::sleep(PAUSE);
        }
    }

    /// Whether an error is about a moment in which others write: the next look shows another file.
    fn will_pass(&mut self, id: &VerbId, error: &StoreError) -> bool {
        match error {
            StoreError::Restless(_) => true,
            // An old copy took the conversation away, and it is put back.
            StoreError::Deleted => {
                let Some(entry) = self.journal.state_mut().entry(id) else { return false };
                let chat = entry.verb.change.conversation().clone();
                let mut verbs = self.verbs_in_order(|_| true);
                verbs.retain(|verb| *verb.change.conversation() == chat);
                let all: Vec<&Verb> = verbs.iter().collect();
                matches!(Wish::of(&all).being, Being::There(_))
            }
            _ => false,
        }
    }

    fn set_doing(&mut self, id: &VerbId, doing: ApplyState) {
        if let Some(entry) = self.journal.state_mut().entry(id) {
            entry.doing = doing;
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
            grown: String::new(),
        })
    }

    pub(super) fn remember(&self, conversation: &ConversationId, record: &AnswerRecord) {
        if let Err(error) = self.sidecar.add(conversation, record) {
            tracing::warn!(%error, "what is known about an answer could not be kept");
        }
    }
}
