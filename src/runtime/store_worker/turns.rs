//! Stores the questions and answers of the window's turns, and notes answers left at the server.

use crate::app::StoreEvent;
use crate::chat::{
    Change, Conversation, ConversationId, Fingerprint, ReplyEnding, StoreStep, TurnId,
};
use crate::runtime::turn_store;
use crate::store::{Extent, StoreError};

use super::worker::StoreWorker;

impl StoreWorker {
    /// Begins a turn for a question that is stored.
    pub(super) fn ask_again(&mut self, turn: TurnId, id: &ConversationId, question: &Fingerprint) {
        let stored = self.store.ask_again(&turn, id, question);
        self.send_question(turn, stored);
    }

    /// Stores a new question with its attachments.
    pub(super) fn store_question(
        &mut self,
        turn: TurnId,
        id: &ConversationId,
        changes: &[Change],
        typed: Option<String>,
    ) {
        let attachments = &self.session_files.pending_attachments;
        if let Err(failure) = attachments.store_for_changes(changes) {
            return self.send(StoreEvent::QuestionNotStored { turn, failure });
        }
        let stored = self.store.begin_typed_turn(&turn, id, changes, typed);
        if stored.is_ok() {
            self.send_trashed(changes, Some(turn.clone()));
        }
        self.send_question(turn, stored);
    }

    fn send_question(&self, turn: TurnId, stored: Result<Conversation, StoreError>) {
        self.send(match stored {
            Ok(stored) => {
                StoreEvent::QuestionStored { turn, conversation: self.with_records(stored) }
            }
            Err(error) => StoreEvent::QuestionNotStored { turn, failure: error.to_failure() },
        });
    }

    /// Performs a step of a turn.
    pub(super) fn perform_step(&mut self, turn: TurnId, id: ConversationId, step: StoreStep) {
        match step {
            StoreStep::RecordBackground { response_id, options } => turn_store::record_background(
                &mut self.store,
                &self.config.settings,
                (turn, id),
                response_id,
                *options,
            ),
            StoreStep::RecordToolUse(tool) => {
                if let Err(error) = self.store.record_tool_use(&id, &tool) {
                    self.events.send_failure(error.to_failure());
                }
            }
            StoreStep::StoreEnding(ending) => self.store_answer(turn, &id, &ending),
            StoreStep::LeaveRunning(_) => {
                self.store.leave_running(&turn);
                self.send_turn_end(turn, &id);
            }
        }
    }

    fn store_answer(&mut self, turn: TurnId, id: &ConversationId, ending: &ReplyEnding) {
        let answer = turn_store::stored_answer(&self.config.settings, ending);
        self.rows.record_ending(id, answer.as_ref().map(|(_, record)| record));
        match turn_store::finish(&mut self.store, &turn, id, answer) {
            Ok(Some(stored)) => {
                let conversation = self.with_records(stored);
                self.send(StoreEvent::AnswerStored { turn, conversation });
            }
            Ok(None) => self.send_turn_end(turn, id),
            Err(failure) => self.handle_not_stored(turn, id.clone(), failure),
        }
    }

    pub(super) fn find_background(&mut self) {
        let settings = &self.config.settings;
        let mut answers = Vec::new();
        for base_url in settings.server_addresses() {
            answers.extend(self.store.claim_background_answers(base_url));
        }
        for answer in &mut answers {
            let name = settings.server_of(answer);
            answer.server = Some(settings.for_server(name).answer_server());
        }
        if !answers.is_empty() {
            self.send(StoreEvent::BackgroundFound(answers));
        }
    }

    /// Ends a turn that stored no answer, or stored it before.
    pub(super) fn send_turn_end(&mut self, turn: TurnId, id: &ConversationId) {
        let event = match self.load(id, Extent::END) {
            Ok(conversation) => StoreEvent::AnswerStored { turn, conversation },
            Err(error) => StoreEvent::AnswerNotStored { turn, failure: error.to_failure() },
        };
        self.send(event);
    }
}
