//! Answers that go on at a server: noted, left, taken up again.
//! May not store a part of one as an answer: what came of it waits beside it for its end.

use crate::chat::{ConversationId, ResponseId, Running, TurnId};

use crate::store::engine::Store;
use crate::store::state::{Durability, OpenTurn, Record};

/// Where what came of an answer is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kept {
    /// Beside what is known of the answer.
    Beside,
    /// Only in the journal.
    InJournal,
}

impl Store {
    /// Notes that an answer goes on at its server whatever happens here.
    pub fn note_running(&mut self, mut running: Running) {
        let open = self.open_turn(&running.turn, &running.conversation);
        (running.question, running.context) = (open.question, open.context);
        if let Err(error) = self.running.note(&running) {
            tracing::warn!(%error, "an answer under way could not be noted");
        }
    }

    /// The answers of a server that earlier runs left there, each now a turn of this program.
    pub fn claim_running(&mut self, base_url: &str) -> Vec<Running> {
        let mut claimed = self.running.claim(base_url);
        claimed.retain(|running| {
            // Kept already, by a run that died before it could forget it.
            let kept = self.has_answer(&running.conversation, &running.response_id);
            if kept {
                self.running.forget(&running.turn);
            }
            !kept
        });
        for running in &mut claimed {
            let turn = running.turn.clone();
            // Where it could not be kept beside the answer, the journal has it.
            let known = self.open_turn(&turn, &running.conversation).grown;
            if known.len() > running.grown.len() {
                running.grown = known;
            }
            self.note(&Record::TurnBegun {
                turn: turn.clone(),
                conversation: running.conversation.clone(),
                question: running.question.clone(),
            });
            if let Some((question, context)) = running.question.clone().zip(running.context.clone())
            {
                self.note(&Record::TurnAccepted { turn: turn.clone(), question, context });
            }
            if !running.grown.is_empty() {
                self.note(&Record::AnswerReplaced { turn, text: running.grown.clone() });
            }
        }
        self.flush(Durability::Written);
        claimed
    }

    /// Ends a turn here whose answer goes on at its server. What came of it is kept beside it: the
    /// server may not have it any more when it is asked for it again. Where that cannot be done, the
    /// journal goes on holding it.
    pub fn leave_running(&mut self, turn: &TurnId) {
        let turns = &self.journal.state().turns;
        let open = turns.iter().find(|open| open.turn == *turn).cloned();
        if open.is_none_or(|open| self.keep_grown(&open) == Kept::Beside) {
            self.note(&Record::TurnEnded { turn: turn.clone(), answer: None });
        }
        self.flush(Durability::Synced);
        self.running.release(turn);
    }

    /// Keeps what came of an answer that goes on at its server.
    pub(super) fn keep_grown(&mut self, open: &OpenTurn) -> Kept {
        match self.running.keep_grown(&open.turn, &open.grown) {
            Ok(()) => Kept::Beside,
            Err(error) => {
                tracing::warn!(%error, "what came of an answer under way stays in the journal");
                Kept::InJournal
            }
        }
    }

    /// Whether an answer is stored: in the file, or about to be.
    fn has_answer(&mut self, conversation: &ConversationId, response: &ResponseId) -> bool {
        let is_it = |id: Option<&ResponseId>| id == Some(response);
        let records = self.sidecar.records(conversation);
        let journaled = self.journal.state().entries.iter().filter_map(|it| it.record.as_ref());
        let known = records.iter().chain(journaled).any(|it| is_it(it.response_id.as_ref()));
        known
            || self.read_conversation(conversation).is_ok_and(|found| {
                found.messages.iter().any(|message| is_it(message.response_id.as_ref()))
            })
    }
}
