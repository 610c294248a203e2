//! Conversations that come from elsewhere, and what became of each.
//! May not write anything.

use std::collections::HashSet;
use std::ops::Range;

use serde_json::Value;

use crate::chat::{Conversation, ConversationId};

use crate::store::index::{Index, IndexError};
use crate::store::json::encode_string;
use crate::store::records::read;

/// A conversation that is to be in the file as well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncomingConversation {
    /// What it holds.
    pub conversation: Conversation,
    /// Its key and value in the file it comes from, to the byte, where that is one of the web
    /// app's.
    pub member: Option<String>,
}

/// What became of it, or would.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportOutcome {
    /// It is new at the end of the file.
    Added,
    /// It was there and has got the messages it lacked.
    Extended,
    /// All of it was there.
    Unchanged,
    /// It could not be taken; why.
    Rejected(String),
}

/// One conversation and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportResult {
    /// Its key.
    pub id: ConversationId,
    /// Its title in the file, where it was there before.
    pub title: String,
    /// Its title where it comes from, if that is another.
    pub incoming_title: Option<String>,
    /// What became of it.
    pub outcome: ImportOutcome,
    /// How many messages came with it.
    pub messages: usize,
}

impl IncomingConversation {
    /// One that was in no file of the web app's.
    #[must_use]
    pub const fn new(conversation: Conversation) -> Self {
        Self { conversation, member: None }
    }
}

/// Everything in the text of a chats file, each conversation once.
///
/// # Errors
/// When it is no such file; why, in a few words.
pub fn parse_chats_file(text: &str) -> Result<Vec<IncomingConversation>, String> {
    let index = Index::of(text).map_err(|error| describe_error(&error))?;
    let piece = |range: &Range<usize>| text.get(range.clone()).unwrap_or_default();
    let mut seen = HashSet::new();
    let mut found: Vec<IncomingConversation> = Vec::new();
    for entry in index.entries.iter().rev().filter(|entry| seen.insert(&entry.id)) {
        found.push(IncomingConversation {
            conversation: read::conversation(text, &entry.id, entry.value.clone()),
            member: Some(piece(&entry.member).to_owned()),
        });
    }
    found.reverse();
    Ok(found)
}

/// A single record without its key, as the web app keeps it.
#[must_use]
pub fn parse_record(text: &str) -> Option<IncomingConversation> {
    let value: Value = serde_json::from_str(text).ok()?;
    let id = value.pointer("/data/id")?.as_str()?;
    value.get("chat_name")?;
    let mut quoted = String::new();
    encode_string(id, &mut quoted);
    let conversation = read::conversation(text, &ConversationId::new(id), 0..text.len());
    Some(IncomingConversation { conversation, member: Some(format!("{quoted}: {}", text.trim())) })
}

fn describe_error(error: &IndexError) -> String {
    match error {
        IndexError::Io(error) => error.to_string(),
        IndexError::NotUtf8(at) => format!("it is not UTF-8 text (byte {at})"),
        IndexError::NotJson(error) => {
            format!("it is not valid JSON: {} at byte {}", error.what, error.at)
        }
        IndexError::NotAnObject => "it holds no object of conversations".to_owned(),
    }
}
