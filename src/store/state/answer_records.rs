//! What the shared file has no place for about answers: true model, tokens, why one ended early.

use std::io;

use crate::chat::{AnswerRecord, Conversation, ConversationId, Timestamp};

use super::conversation_files::ConversationFiles;
use crate::store::file::store_paths::StorePaths;

/// The records of one user's answers. Without them only the marks at answers are missing.
#[derive(Debug)]
pub struct AnswerRecords(ConversationFiles<AnswerRecord>);

impl AnswerRecords {
    /// Those of the user that `paths` are for.
    #[must_use]
    pub fn of(paths: &StorePaths) -> Self {
        Self(ConversationFiles::in_folder(paths.state_folder().join("answers")))
    }

    /// Adds records as the newest of their conversation.
    ///
    /// # Errors
    /// When they cannot be written.
    pub fn add(&self, conversation: &ConversationId, added: &[AnswerRecord]) -> io::Result<()> {
        self.0.update(conversation, |records| records.extend_from_slice(added))
    }

    /// The records of a conversation's answers, oldest first; none where nothing can be read.
    #[must_use]
    pub fn records(&self, conversation: &ConversationId) -> Vec<AnswerRecord> {
        self.0.read(conversation)
    }

    /// The records of all answers, in no order; none where nothing can be read.
    #[must_use]
    pub fn all_records(&self) -> Vec<AnswerRecord> {
        self.0.all().flat_map(|(_, records)| records).collect()
    }

    /// The conversation in which an answer with this id was given.
    #[must_use]
    pub fn conversation_of(&self, response: &str) -> Option<ConversationId> {
        let has_it = |record: &AnswerRecord| {
            record.response_id.as_ref().is_some_and(|id| id.as_str() == response)
        };
        self.0.all().find(|(_, records)| records.iter().any(has_it)).map(|(id, _)| id)
    }

    /// The conversations whose last answer here ended early, and when that answer was stored.
    #[must_use]
    pub fn ended_early(&self) -> Vec<(ConversationId, Timestamp)> {
        let last = self.0.all().filter_map(|(id, mut records)| Some((id, records.pop()?)));
        let early = last.filter(|(_, record)| record.ended_early.is_some());
        early.map(|(id, record)| (id, record.timestamp)).collect()
    }

    /// The positions of answers in a conversation that ended early, each with the reason.
    #[must_use]
    pub fn early_ends(&self, conversation: &Conversation) -> Vec<(usize, String)> {
        AnswerRecord::early_ends(&self.records(&conversation.id), &conversation.messages)
    }
}
