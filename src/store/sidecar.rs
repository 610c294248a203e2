//! What only this program knows about answers: true model, tokens, why one is not whole.
//! May not be needed to read a conversation; without it only marks are missing.

use std::fmt::Write as _;
use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use crate::chat::{AnswerRecord, Conversation, ConversationId, Timestamp};

use super::place::Place;

/// The records of one user's answers.
#[derive(Debug)]
pub struct Sidecar {
    folder: PathBuf,
}

/// One line of a conversation's file.
#[derive(Serialize, Deserialize)]
struct Line {
    conversation: ConversationId,
    record: AnswerRecord,
}

impl Sidecar {
    /// The records beside a shared file.
    #[must_use]
    pub fn of(place: &Place) -> Self {
        Self { folder: place.state().join("answers") }
    }

    /// Adds a record.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&self, conversation: &ConversationId, record: &AnswerRecord) -> io::Result<()> {
        fs::create_dir_all(&self.folder)?;
        let line = Line { conversation: conversation.clone(), record: record.clone() };
        let mut bytes = serde_json::to_vec(&line)?;
        bytes.push(b'\n');
        let mut file =
            OpenOptions::new().create(true).append(true).open(self.path(conversation))?;
        file.write_all(&bytes)?;
        file.sync_data()
    }

    /// The records of a conversation's answers; none where nothing can be read.
    #[must_use]
    pub fn records(&self, conversation: &ConversationId) -> Vec<AnswerRecord> {
        let Ok(text) = fs::read_to_string(self.path(conversation)) else {
            return Vec::new();
        };
        text.lines()
            .filter_map(|line| serde_json::from_str::<Line>(line).ok())
            .filter(|line| line.conversation == *conversation)
            .map(|line| line.record)
            .collect()
    }

    /// The records of all answers, in no order; none where nothing can be read.
    #[must_use]
    pub fn all_records(&self) -> Vec<AnswerRecord> {
        let Ok(files) = fs::read_dir(&self.folder) else {
            return Vec::new();
        };
        files
            .filter_map(|file| fs::read_to_string(file.ok()?.path()).ok())
            .flat_map(|text| {
                let lines = text.lines().filter_map(|line| serde_json::from_str::<Line>(line).ok());
                lines.map(|line| line.record).collect::<Vec<_>>()
            })
            .collect()
    }

    /// The conversation in which an answer with this id was given.
    #[must_use]
    pub fn conversation_of(&self, response: &str) -> Option<ConversationId> {
        let files = fs::read_dir(&self.folder).into_iter().flatten().flatten();
        let mut texts = files.filter_map(|file| fs::read_to_string(file.path()).ok());
        texts.find_map(|text| {
            let mut lines = text.lines().filter(|line| line.contains(response));
            lines.find_map(|line| {
                let line = serde_json::from_str::<Line>(line).ok()?;
                let id = line.record.response_id.as_ref()?;
                (id.as_str() == response).then_some(line.conversation)
            })
        })
    }

    /// The conversations whose last answer here ended early, and when that answer was stored.
    #[must_use]
    pub fn ended_early(&self) -> Vec<(ConversationId, Timestamp)> {
        let files = fs::read_dir(&self.folder).into_iter().flatten();
        let texts = files.filter_map(|file| fs::read_to_string(file.ok()?.path()).ok());
        let last = texts.filter_map(|text| {
            text.lines().rev().find_map(|line| serde_json::from_str::<Line>(line).ok())
        });
        let cut = last.filter(|line| line.record.ended_early.is_some());
        cut.map(|line| (line.conversation, line.record.timestamp)).collect()
    }

    /// Which answers of a conversation ended early, as positions, and why.
    #[must_use]
    pub fn marks(&self, conversation: &Conversation) -> Vec<(usize, String)> {
        let records = self.records(&conversation.id);
        let reason = |message| {
            let record = records.iter().find(|record| record.is_about(message))?;
            record.ended_early.clone()
        };
        let found = conversation.messages.iter().enumerate();
        found.filter_map(|(place, message)| Some((place, reason(message)?))).collect()
    }

    /// Ids can hold anything, so the file is named by the id's own bytes in hexadecimal, or by
    /// its beginning where that would be too long; each line says whose it is.
    fn path(&self, conversation: &ConversationId) -> PathBuf {
        let mut name = String::new();
        for byte in conversation.as_str().bytes().take(100) {
            // Writing to a String cannot fail.
            let _ = write!(name, "{byte:02x}");
        }
        Path::new(&self.folder).join(format!("{name}.jsonl"))
    }
}
