//! Questions and answers of the window's turns, at the store.
//! Must not write down deltas: they have a way of their own.

use crate::app::Stored;
use crate::chat::answer::keep;
use crate::chat::{AnswerOptions, Change, ConversationId, Ending, ResponseId, Running, TurnId};
use crate::runtime::turn_store;

use super::Worker;

impl Worker {
    pub(super) fn keep_question(&mut self, turn: TurnId, id: &ConversationId, changes: &[Change]) {
        if let Err(failure) = self.papers.keep_files(changes) {
            self.say(Stored::QuestionNotKept { turn, failure });
            return;
        }
        match self.store.begin_turn(&turn, id, changes) {
            Ok(accepted) => {
                let conversation = self.with_records(accepted);
                self.say(Stored::QuestionKept { turn, conversation });
            }
            Err(error) => {
                self.say(Stored::QuestionNotKept { turn, failure: error.to_failure() });
            }
        }
    }

    pub(super) fn keep_answer(&mut self, turn: TurnId, id: &ConversationId, ending: &Ending) {
        let answer = keep(ending, (self.disk.clock)(), self.disk.web);
        self.known.note(id, answer.as_ref().map(|(_, record)| record));
        match turn_store::finish(&mut self.store, &turn, id, answer) {
            Ok(Some(stored)) => {
                let conversation = self.with_records(stored);
                self.say(Stored::AnswerKept { turn, conversation });
            }
            Ok(None) => self.end_turn(turn, id),
            Err(failure) => self.say(Stored::AnswerNotKept { turn, failure }),
        }
    }

    pub(super) fn note_running(
        &mut self,
        turn: TurnId,
        id: ConversationId,
        response_id: ResponseId,
        options: AnswerOptions,
    ) {
        let running = Running::of(turn, id, response_id, self.disk.base_url.clone());
        self.store.note_running(running.asked(options, (self.disk.clock)()));
    }

    pub(super) fn leave_running(&mut self, turn: TurnId, id: &ConversationId) {
        self.store.leave_running(&turn);
        self.end_turn(turn, id);
    }

    /// The turn is over here, whether or not there is something to show.
    fn end_turn(&mut self, turn: TurnId, id: &ConversationId) {
        let over = match self.read(id) {
            Ok(conversation) => Stored::AnswerKept { turn, conversation },
            Err(error) => Stored::AnswerNotKept { turn, failure: error.to_failure() },
        };
        self.say(over);
    }
}
