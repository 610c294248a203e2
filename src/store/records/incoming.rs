//! Conversations to be imported, and the result for each.

use std::io::Cursor;

use serde_json::Value;

use crate::chat::{Conversation, ConversationId, Title, io_reason};

use crate::store::index::keys::CHAT_NAME;
use crate::store::index::{Index, IndexEntry};
use crate::store::json::to_json_string;
use crate::store::records::read;

/// A conversation to be imported.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncomingConversation {
    /// What is read of it.
    pub conversation: Conversation,
    /// Its key and value to the byte, if it comes from a file of the web app.
    pub member: Option<String>,
}

/// What an import did to a conversation, or would do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ImportOutcome {
    /// It was added at the end of the file.
    Added,
    /// It was in the file already and got the messages it lacked.
    Extended,
    /// The file had all of it already.
    Unchanged,
    /// It could not be imported; why, in a few words.
    Rejected(String),
}

/// The result of importing one conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportResult {
    /// Its key in the file.
    pub id: ConversationId,
    /// Its title in the file, if it was there before; else the imported one.
    pub title: Title,
    /// The imported title, if the file has another.
    pub incoming_title: Option<Title>,
    /// What became of the conversation, and why it was rejected.
    pub outcome: ImportOutcome,
    /// How many messages were added.
    pub messages: usize,
}

impl IncomingConversation {
    /// A conversation from another program.
    #[must_use]
    pub const fn new(conversation: Conversation) -> Self {
        Self { conversation, member: None }
    }
}

/// Reads the text of a chats file; of a repeated key, the last record.
///
/// # Errors
/// When it is not such a file; why, in a few words.
pub fn parse_chats_file(text: &str) -> Result<Vec<IncomingConversation>, String> {
    let index = Index::of(text).map_err(|error| match error.describe(Cursor::new(text)) {
        Ok(fault) => format!("it {fault}"),
        Err(error) => io_reason(&error),
    })?;
    let incoming = |entry: &IndexEntry| IncomingConversation {
        conversation: read::conversation(text, entry.id(), entry.value.clone()),
        member: text.get(entry.member.clone()).map(str::to_owned),
    };
    Ok(index.records().into_iter().map(incoming).collect())
}

/// Reads a single record without its key, as the web app stores it; `None` where
/// the text is not one.
pub(crate) fn parse_record(text: &str) -> Option<IncomingConversation> {
    let value: Value = serde_json::from_str(text).ok()?;
    let id = value.pointer("/data/id")?.as_str()?;
    value.get(CHAT_NAME)?;
    let conversation = read::conversation(text, &ConversationId::new(id), 0..text.len());
    let member = Some(format!("{}: {}", to_json_string(id), text.trim()));
    Some(IncomingConversation { conversation, member })
}
