//! Questions and answers of the window's turns, at the store.
//! Must not write down deltas: they have a way of their own.

use crate::app::StoreEvent;
use crate::chat::answer::message_and_record;
use crate::chat::{
    AnswerOptions, BackgroundAnswer, Change, ConversationId, Fingerprint, ReplyEnding, ResponseId,
    TurnId,
};
use crate::runtime::turn_store;

use super::StoreWorker;

impl StoreWorker {
    pub(super) fn store_question(
        &mut self,
        turn: TurnId,
        id: &ConversationId,
        changes: &[Change],
        again: Option<&Fingerprint>,
    ) {
        if let Err(failure) = self.session_files.store_attachments(changes) {
            self.send(StoreEvent::QuestionNotStored { turn, failure });
            return;
        }
        let accepted = match again {
            Some(question) => self.store.ask_again(&turn, id, question),
            None => self.store.begin_turn(&turn, id, changes),
        };
        match accepted {
            Ok(accepted) => {
                let conversation = self.with_records(accepted);
                self.send(StoreEvent::QuestionStored { turn, conversation });
            }
            Err(error) => {
                self.send(StoreEvent::QuestionNotStored { turn, failure: error.to_failure() });
            }
        }
    }

    pub(super) fn store_answer(&mut self, turn: TurnId, id: &ConversationId, ending: &ReplyEnding) {
        let answer = message_and_record(ending, (self.config.clock)(), self.config.web_chain);
        self.row_tracker.record_ending(id, answer.as_ref().map(|(_, record)| record));
        match turn_store::finish(&mut self.store, &turn, id, answer) {
            Ok(Some(stored)) => {
                let conversation = self.with_records(stored);
                self.send(StoreEvent::AnswerStored { turn, conversation });
            }
            Ok(None) => self.send_turn_end(turn, id),
            Err(failure) => self.send(StoreEvent::AnswerNotStored { turn, failure }),
        }
    }

    pub(super) fn note_running(
        &mut self,
        turn: TurnId,
        id: ConversationId,
        response_id: ResponseId,
        options: AnswerOptions,
    ) {
        let running = BackgroundAnswer::of(turn, id, response_id, self.config.base_url.clone());
        self.store.record_background_answer(running.with_options(options, (self.config.clock)()));
    }

    pub(super) fn leave_running(&mut self, turn: TurnId, id: &ConversationId) {
        self.store.release_background_answer(&turn);
        self.send_turn_end(turn, id);
    }

    /// The turn is over here, whether or not there is something to show.
    fn send_turn_end(&mut self, turn: TurnId, id: &ConversationId) {
        let over = match self.read(id) {
            Ok(conversation) => StoreEvent::AnswerStored { turn, conversation },
            Err(error) => StoreEvent::AnswerNotStored { turn, failure: error.to_failure() },
        };
        self.send(over);
    }
}
