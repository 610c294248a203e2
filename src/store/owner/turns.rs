//! Questions and answers made safe: in the journal on disk, then in the shared file.
//! May not decide what an answer means.

use uuid::Uuid;

use crate::chat::{
    AnswerRecord, Change, ConversationId, Fingerprint, Message, Role, TurnId, VerbId, verb,
};

use super::super::error::StoreError;
use super::super::journal::Durability;
use super::super::notes::{Doing, Entry, OpenTurn, Step};
use super::super::trash::By;
use super::{Applied, Store};

impl Store {
    /// Makes a question safe: in the journal on disk, then in the shared file.
    ///
    /// # Errors
    /// When the question is in neither; then it belongs back to who typed it.
    pub fn begin_turn(
        &mut self,
        turn: &TurnId,
        conversation: &ConversationId,
        changes: &[Change],
    ) -> Result<(), StoreError> {
        let orders = self.likely_orders();
        let entry = |(change, order)| Entry::new(self.new_verb(change, order), None);
        let verbs: Vec<Entry> = changes.iter().zip(orders).map(entry).collect();
        let ids: Vec<VerbId> = verbs.iter().map(|entry| entry.verb.id.clone()).collect();
        let begun = Step::Begun {
            turn: turn.clone(),
            conversation: conversation.clone(),
            question: self.question(conversation, changes),
        };
        let mut steps = vec![begun];
        steps.extend(verbs.into_iter().map(|entry| Step::Meant(Box::new(entry))));
        let journal = self.place.state().join("journal");
        let noted = self.journal.add(&steps, Durability::Synced);
        for id in &ids {
            self.set_doing(id, Doing::InHand);
        }
        let stored = noted
            .map_err(|error| StoreError::io("written", &journal, error))
            .and_then(|()| self.lock())
            .and_then(|_held| {
                self.reconcile_quietly();
                let stored = ids.iter().try_for_each(|id| self.carry_out(id).map(|_| ()));
                if stored.is_err() {
                    self.take_back(changes, &ids);
                }
                self.look_after();
                stored
            });
        if stored.is_err() {
            self.forget(&ids);
            self.note(&Step::Ended { turn: turn.clone(), answer: None });
            self.flush(Durability::Written);
        }
        stored
    }

    /// A created conversation without its question would be a riddle to both programs.
    fn take_back(&mut self, changes: &[Change], ids: &[VerbId]) {
        let created = matches!(changes.first(), Some(Change::Create { .. }))
            && ids.first().is_some_and(|id| self.journal.notes_mut().entry(id).is_some());
        if let Some(change) = changes.first().filter(|_| created) {
            let id = change.conversation().clone();
            let _ = self.write(&Change::Delete { id }, By::Program);
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
        self.note(&Step::Grew { turn: turn.clone(), text: text.to_owned() });
    }

    /// Writes down a growing answer that was replaced.
    pub fn replace_answer(&mut self, turn: &TurnId, text: &str) {
        self.note(&Step::Replaced { turn: turn.clone(), text: text.to_owned() });
    }

    /// Stores the end of a turn: in the journal on disk, then in the shared file.
    ///
    /// # Errors
    /// When the shared file could not be written. `where_it_is` tells whether the journal
    /// holds the answer; it is written with the next change or at the next start.
    pub fn finish_turn(
        &mut self,
        turn: &TurnId,
        conversation: &ConversationId,
        answer: Option<(Message, AnswerRecord)>,
    ) -> Result<(), StoreError> {
        let entry = answer.map(|(message, record)| {
            let id = VerbId::new(Uuid::new_v4().to_string());
            let open = self.open_turn(turn, conversation);
            let mut verb = open.answer(id, message, self.now());
            verb.order = self.likely_orders().start;
            if let Some(change) = self.late(&open, &verb.change) {
                verb.change = change;
            }
            Box::new(Entry::new(verb, Some(record)))
        });
        let (id, record) = match &entry {
            Some(entry) => (Some(entry.verb.id.clone()), entry.record.clone()),
            None => (None, None),
        };
        let ended = Step::Ended { turn: turn.clone(), answer: entry };
        let noted = self.journal.add(&[ended], Durability::Synced);
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
        let stored = id.map_or(Ok(()), |id| self.store_answer(&id));
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

    /// Puts an answer into the file; it stays in the journal where that does not work now.
    fn store_answer(&mut self, id: &VerbId) -> Result<(), StoreError> {
        let _held = self.lock()?;
        self.set_doing(id, Doing::InHand);
        self.reconcile_quietly();
        let stored = self.carry_out(id).map(|_: Applied| ());
        if stored.is_err() {
            self.set_doing(id, Doing::Unknown);
        } else {
            self.look_after();
        }
        stored
    }

    fn set_doing(&mut self, id: &VerbId, doing: Doing) {
        if let Some(entry) = self.journal.notes_mut().entry(id) {
            entry.doing = doing;
        }
    }

    /// The turn as the journal has it, or what is known of it here.
    pub(super) fn open_turn(&self, turn: &TurnId, conversation: &ConversationId) -> OpenTurn {
        let turns = &self.journal.notes().turns;
        turns.iter().find(|open| open.turn == *turn).cloned().unwrap_or_else(|| OpenTurn {
            turn: turn.clone(),
            conversation: conversation.clone(),
            question: None,
            grown: String::new(),
        })
    }

    pub(super) fn remember(&self, conversation: &ConversationId, record: &AnswerRecord) {
        if let Err(error) = self.sidecar.add(conversation, record) {
            tracing::warn!(%error, "what is known about an answer could not be kept");
        }
    }
}
