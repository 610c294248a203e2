//! Answers that go on at a server: noted, left, taken up again.
//! May not store a part of one as an answer: what came of it waits beside it for its end.

use crate::chat::{BackgroundAnswer, ConversationId, ResponseId, TurnId};

use crate::store::engine::Store;
use crate::store::state::{Durability, OpenTurn, Record};

/// Where what came of an answer is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PartialAnswerLocation {
    /// Beside what is known of the answer.
    BackgroundFile,
    /// Only in the journal.
    Journal,
}

impl Store {
    /// Notes that an answer goes on at its server whatever happens here.
    pub fn record_background_answer(&mut self, mut running: BackgroundAnswer) {
        let open = self.open_turn(&running.turn, &running.conversation);
        (running.question, running.context) = (open.question, open.context);
        if let Err(error) = self.background_answers.save(&running) {
            tracing::warn!(%error, "an answer under way could not be noted");
        }
    }

    /// The answers of a server that earlier runs left there, each now a turn of this program.
    pub fn claim_background_answers(&mut self, base_url: &str) -> Vec<BackgroundAnswer> {
        let mut claimed = self.background_answers.claim(base_url);
        claimed.retain(|running| {
            // Kept already, by a run that died before it could forget it.
            let kept = self.has_answer(&running.conversation, &running.response_id);
            if kept {
                self.background_answers.forget(&running.turn);
            }
            !kept
        });
        for running in &mut claimed {
            let turn = running.turn.clone();
            // Where it could not be kept beside the answer, the journal has it.
            let known = self.open_turn(&turn, &running.conversation).partial_text;
            if known.len() > running.partial_text.len() {
                running.partial_text = known;
            }
            self.log(&Record::TurnBegun {
                turn: turn.clone(),
                conversation: running.conversation.clone(),
                question: running.question.clone(),
            });
            if let Some((question, context)) = running.question.clone().zip(running.context.clone())
            {
                self.log(&Record::TurnAccepted { turn: turn.clone(), question, context });
            }
            if !running.partial_text.is_empty() {
                self.log(&Record::AnswerReplaced { turn, text: running.partial_text.clone() });
            }
        }
        self.flush(Durability::Written);
        claimed
    }

    /// Ends a turn here whose answer goes on at its server. What came of it is kept beside it: the
    /// server may not have it any more when it is asked for it again. Where that cannot be done, the
    /// journal goes on holding it.
    pub fn release_background_answer(&mut self, turn: &TurnId) {
        let turns = &self.journal.state().turns;
        let open = turns.iter().find(|open| open.turn == *turn).cloned();
        if open.is_none_or(|open| {
            self.save_partial_answer(&open) == PartialAnswerLocation::BackgroundFile
        }) {
            self.log(&Record::TurnEnded { turn: turn.clone(), answer: None });
        }
        self.flush(Durability::Synced);
        self.background_answers.release(turn);
    }

    /// Keeps what came of an answer that goes on at its server.
    pub(super) fn save_partial_answer(&mut self, open: &OpenTurn) -> PartialAnswerLocation {
        match self.background_answers.save_partial(&open.turn, &open.partial_text) {
            Ok(()) => PartialAnswerLocation::BackgroundFile,
            Err(error) => {
                tracing::warn!(%error, "what came of an answer under way stays in the journal");
                PartialAnswerLocation::Journal
            }
        }
    }

    /// Whether an answer is stored: in the file, or about to be.
    fn has_answer(&mut self, conversation: &ConversationId, response: &ResponseId) -> bool {
        let is_it = |id: Option<&ResponseId>| id == Some(response);
        let records = self.answer_records.records(conversation);
        let journaled = self.journal.state().entries.iter().filter_map(|it| it.record.as_ref());
        let known = records.iter().chain(journaled).any(|it| is_it(it.response_id.as_ref()));
        known
            || self.read_conversation(conversation).is_ok_and(|found| {
                found.messages.iter().any(|message| is_it(message.response_id.as_ref()))
            })
    }
}
