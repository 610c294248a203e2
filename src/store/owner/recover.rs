//! What a crash left unfinished, finished at the next start of anything that opens the store.
//! May not touch the turns of a living process.

use std::path::Path;

use crate::chat::tail::places;
use crate::chat::{AnswerRecord, Change, Message, Timestamp};

use super::super::error::StoreError;
use super::super::journal::{self, Unfinished};
use super::{Applied, Store};

/// What is said of an answer that was coming in when the program died.
const CUT_OFF: &str = "The program ended while this answer was coming in.";

impl Store {
    /// Finishes the turns of processes that died: the question is there, and what came of the
    /// answer, marked; nothing appears twice.
    pub(super) fn finish_abandoned(&mut self, journals: &Path, now: Timestamp) -> Option<String> {
        let (mut questions, mut answers) = (0_usize, 0_usize);
        for dead in journal::abandoned(journals) {
            let mut all_done = true;
            for turn in &dead.turns {
                match self.finish(turn, now) {
                    Ok((question, answer)) => {
                        questions = questions.saturating_add(usize::from(question));
                        answers = answers.saturating_add(usize::from(answer));
                    }
                    Err(error) => {
                        tracing::warn!(%error, "an unfinished turn could not be stored yet");
                        all_done = false;
                    }
                }
            }
            if all_done {
                dead.settle();
            }
        }
        let said = match (questions, answers) {
            (0, 0) => return None,
            (_, 0) => "A question of an earlier run that had not been stored is back.",
            (0, _) => "What had come of an answer when the program ended is kept.",
            _ => "A question and the beginning of its answer from an earlier run are back.",
        };
        Some(said.to_owned())
    }

    /// Tells whether the question and whether an answer had to be written.
    fn finish(&mut self, turn: &Unfinished, now: Timestamp) -> Result<(bool, bool), StoreError> {
        let _held = self.lock()?;
        let mut question = false;
        for change in &turn.changes {
            if !self.is_there(change)? {
                question |= self.write(change)? == Applied::Changed;
            }
        }
        let cut_off = || {
            let text = turn.grown.clone();
            let record = AnswerRecord {
                ended_early: Some(CUT_OFF.to_owned()),
                ..AnswerRecord::bare(now, text.len())
            };
            (!text.is_empty()).then(|| Box::new((Message::answer(text, now, None), record)))
        };
        let Some(answer) = turn.ended.clone().unwrap_or_else(cut_off) else {
            return Ok((question, false));
        };
        let (message, record) = *answer;
        let change = Change::Append { id: turn.conversation.clone(), message };
        if self.is_there(&change)? {
            return Ok((question, false));
        }
        self.write(&change)?;
        self.remember(&turn.conversation, &record);
        Ok((question, true))
    }

    /// Whether the file already shows what a verb would do.
    fn is_there(&mut self, change: &Change) -> Result<bool, StoreError> {
        let found = match self.conversation(change.conversation()) {
            Ok(found) => Some(found),
            Err(StoreError::Unknown(_)) => None,
            Err(error) => return Err(error),
        };
        Ok(match (change, found) {
            (Change::Create { .. } | Change::Restore { .. }, found) => found.is_some(),
            (Change::Append { message, .. }, Some(found)) => {
                found.messages.iter().any(|known| known.is_same(message))
            }
            (Change::Rename { title, .. }, Some(found)) => found.title == *title,
            // Deleted meanwhile: there is nothing left to add to.
            (
                Change::Append { .. }
                | Change::Rename { .. }
                | Change::Insert { .. }
                | Change::Withdraw { .. }
                | Change::ReplaceTail { .. },
                None,
            ) => true,
            (Change::Insert { blocks, .. }, Some(found)) => {
                let mut new = blocks.iter().flat_map(|block| &block.messages);
                new.all(|new| found.messages.iter().any(|known| known.is_same(new)))
            }
            (Change::Withdraw { messages, .. }, Some(found)) => {
                places(&found.messages, messages).is_empty()
            }
            (Change::ReplaceTail { keep, removed, .. }, Some(found)) => {
                let tail = found.messages.get(*keep..).unwrap_or_default();
                let same = |(a, b): (&Message, &Message)| a.is_same(b);
                removed.is_empty() || !tail.iter().zip(removed).all(same)
            }
            (Change::Delete { .. }, found) => found.is_none(),
        })
    }
}
