//! Answers that a server continues without us: recorded, released, claimed by a later run.
//! Must not store a partial answer as an answer: it waits here for its end.

use crate::chat::{BackgroundAnswer, ConversationId, ResponseId, TurnId};

use crate::store::engine::Store;
use crate::store::records::record_text::Extent;
use crate::store::state::{Durability, JournalRecord, OpenTurn};

impl Store {
    /// Records that the server continues an answer even if this program ends.
    pub fn record_background_answer(&mut self, mut answer: BackgroundAnswer) {
        let open = self.open_turn(&answer.turn, &answer.conversation);
        (answer.question, answer.context) = (open.question, open.context);
        if let Err(error) = self.background_answers.save(&answer) {
            tracing::warn!(%error, "a background answer could not be recorded");
        }
    }

    /// Claims the answers that earlier runs left to a server; each is a turn of this program now.
    pub fn claim_background_answers(&mut self, base_url: &str) -> Vec<BackgroundAnswer> {
        let mut claimed = self.background_answers.claim(base_url);
        claimed.retain(|answer| {
            // A run may have stored it and died before it could forget it.
            let is_stored = self.has_answer(&answer.conversation, &answer.response_id);
            if is_stored {
                self.background_answers.forget(&answer.turn);
            }
            !is_stored
        });
        for answer in &mut claimed {
            // The journal has what could not be written into the record.
            let journaled = self.open_turn(&answer.turn, &answer.conversation).partial_text;
            if journaled.len() > answer.partial_text.len() {
                answer.partial_text = journaled;
            }
            let (turn, conversation) = (answer.turn.clone(), answer.conversation.clone());
            let open = OpenTurn {
                context: answer.context.clone(),
                partial_text: answer.partial_text.clone(),
                ..OpenTurn::new(turn, conversation, answer.question.clone())
            };
            open.into_records().iter().for_each(|record| self.log(record));
        }
        self.flush(Durability::Written);
        claimed
    }

    /// Ends a turn here whose answer its server continues. The partial answer is kept in its record,
    /// since the server may have forgotten it when it is asked again; where that fails, the journal
    /// keeps it.
    pub fn leave_running(&mut self, turn: &TurnId) {
        let turns = &self.journal.state().turns;
        let open = turns.iter().find(|open| open.turn == *turn).cloned();
        if open.is_none_or(|open| self.save_partial_answer(&open)) {
            self.log(&JournalRecord::TurnEnded { turn: turn.clone(), answer: None });
        }
        self.flush(Durability::Synced);
        self.background_answers.release(turn);
    }

    /// Keeps the partial answer of a turn that its server continues with the record of its background
    /// answer. Returns whether it could: otherwise only the journal has it.
    pub(super) fn save_partial_answer(&mut self, open: &OpenTurn) -> bool {
        let saved = self.background_answers.save_partial(&open.turn, &open.partial_text);
        if let Err(error) = &saved {
            tracing::warn!(%error, "a partial answer stays in the journal");
        }
        saved.is_ok()
    }

    /// Whether an answer is in the file or the journal.
    fn has_answer(&mut self, conversation: &ConversationId, response: &ResponseId) -> bool {
        let is_same = |id: Option<&ResponseId>| id == Some(response);
        let records = self.answer_records.records(conversation);
        let journaled = self.journal.state().entries.iter().filter_map(|it| it.record.as_ref());
        records.iter().chain(journaled).any(|record| is_same(record.response_id.as_ref()))
            || self.read_conversation(conversation, Extent::Whole).is_ok_and(|chat| {
                chat.messages.iter().any(|message| is_same(message.response_id.as_ref()))
            })
    }
}
