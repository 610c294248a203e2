//! What only this program knows about answers: true model, tokens, why one is not whole.
//! May not be needed to read a conversation; without it only marks are missing.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::PathBuf;

use crate::chat::{AnswerRecord, Conversation, ConversationId, Timestamp};

use super::state_file::StateFile;
use crate::store::file::store_paths::StorePaths;

/// The records of one user's answers, a file per conversation.
#[derive(Debug)]
pub struct AnswerRecords {
    folder: PathBuf,
}

/// A file's content, oldest first: ids that begin alike share a file.
type AnswerRecordsById = BTreeMap<ConversationId, Vec<AnswerRecord>>;

impl AnswerRecords {
    /// The records beside a shared file.
    #[must_use]
    pub fn of(place: &StorePaths) -> Self {
        Self { folder: place.state_folder().join("answers") }
    }

    /// Adds a record.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&self, conversation: &ConversationId, record: &AnswerRecord) -> io::Result<()> {
        self.file(conversation).update(|all| {
            all.entry(conversation.clone()).or_default().push(record.clone());
        })
    }

    /// The records of a conversation's answers, oldest first; none where nothing can be read.
    #[must_use]
    pub fn records(&self, conversation: &ConversationId) -> Vec<AnswerRecord> {
        self.file(conversation).read_or_default().remove(conversation).unwrap_or_default()
    }

    /// The records of all answers, in no order; none where nothing can be read.
    #[must_use]
    pub fn all_records(&self) -> Vec<AnswerRecord> {
        self.all().flat_map(|(_, records)| records).collect()
    }

    /// The conversation in which an answer with this id was given.
    #[must_use]
    pub fn conversation_of(&self, response: &str) -> Option<ConversationId> {
        let has_it = |record: &AnswerRecord| {
            record.response_id.as_ref().is_some_and(|id| id.as_str() == response)
        };
        self.all().find(|(_, records)| records.iter().any(has_it)).map(|(id, _)| id)
    }

    /// The conversations whose last answer here ended early, and when that answer was stored.
    #[must_use]
    pub fn ended_early(&self) -> Vec<(ConversationId, Timestamp)> {
        let last = self.all().filter_map(|(id, mut records)| Some((id, records.pop()?)));
        let cut = last.filter(|(_, record)| record.ended_early.is_some());
        cut.map(|(id, record)| (id, record.timestamp)).collect()
    }

    /// Which answers of a conversation ended early, as positions, and why.
    #[must_use]
    pub fn early_ends(&self, conversation: &Conversation) -> Vec<(usize, String)> {
        let records = self.records(&conversation.id);
        let reason = |message| {
            let record = records.iter().find(|record| record.is_about(message))?;
            record.ended_early.clone()
        };
        let found = conversation.messages.iter().enumerate();
        found.filter_map(|(place, message)| Some((place, reason(message)?))).collect()
    }

    fn all(&self) -> impl Iterator<Item = (ConversationId, Vec<AnswerRecord>)> {
        let files = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let paths = files.map(|file| file.path());
        let paths = paths.filter(|path| path.extension().is_some_and(|ending| ending == "json"));
        paths.flat_map(|path| StateFile::<AnswerRecordsById>::at(path).read_or_default())
    }

    fn file(&self, conversation: &ConversationId) -> StateFile<AnswerRecordsById> {
        StateFile::of_conversation(&self.folder, conversation)
    }
}
