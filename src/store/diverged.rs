//! Conversations whose last answer did not know everything before it: both histories must be told.
//! May not be needed to read a conversation.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Write};
use std::path::PathBuf;

use crate::chat::{Chain, Conversation, ConversationId, ResponseId};

use super::place::Place;

/// The list of one user's merged conversations.
#[derive(Debug)]
pub struct Diverged {
    path: PathBuf,
}

impl Diverged {
    /// The list beside a shared file.
    #[must_use]
    pub fn of(place: &Place) -> Self {
        Self { path: place.state().join("diverged.json") }
    }

    /// Whether a conversation may be chained from its last answer.
    #[must_use]
    pub fn chain(&self, conversation: &Conversation) -> Chain {
        let listed = self.read().remove(&conversation.id);
        if listed.is_some() && listed == conversation.last_response_id {
            return Chain::Diverged;
        }
        Chain::Whole
    }

    /// Notes the answer that did not know all; a later one ends it by itself.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn add(&self, id: &ConversationId, answer: &ResponseId) -> io::Result<()> {
        let mut all = self.read();
        all.insert(id.clone(), answer.clone());
        let folder = self.path.parent().unwrap_or(std::path::Path::new("."));
        let mut file = tempfile::Builder::new().prefix(".tmp.").tempfile_in(folder)?;
        file.write_all(&serde_json::to_vec(&all)?)?;
        file.persist(&self.path)?;
        Ok(())
    }

    fn read(&self) -> BTreeMap<ConversationId, ResponseId> {
        let bytes = fs::read(&self.path).unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or_default()
    }
}
