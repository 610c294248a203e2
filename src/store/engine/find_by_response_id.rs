//! Finds the conversation of one answer by the id its server gave it.
//! May not read a conversation in which that id does not stand, unless it stands nowhere.

use std::io;

use memchr::memmem;

use crate::chat::{Conversation, ConversationId, ConversationSummary};

use crate::store::engine::loss::file_error;
use crate::store::engine::{OpenVersion, Store};
use crate::store::file::error::StoreError;
use crate::store::json::encode_string;
use crate::store::json::stream::BUFFER_SIZE;

impl Store {
    /// The conversation an answer with this id is in, or was given in.
    pub(super) fn find_by_response_id(
        &mut self,
        rows: &[ConversationSummary],
        wanted: &str,
    ) -> Result<ConversationId, StoreError> {
        let is_row = |id: &ConversationId| rows.iter().any(|row| row.id == *id);
        let mut mentioned = match &self.open_version {
            Some(known) => conversations_mentioning(known, wanted)
                .map_err(|it| file_error(self, "read", it))?,
            None => Vec::new(),
        };
        mentioned.retain(|id| is_row(id));
        if let Some(found) = self.find_holder(mentioned.iter(), wanted)? {
            return Ok(found);
        }
        if let Some(found) = self.answer_records.conversation_of(wanted).filter(is_row) {
            return Ok(found);
        }
        // It may be spelled with escapes.
        let found = self.find_holder(rows.iter().map(|row| &row.id), wanted)?;
        found.ok_or_else(|| StoreError::NotFound(wanted.to_owned()))
    }

    /// The first of these conversations that holds the answer.
    fn find_holder<'a>(
        &mut self,
        ids: impl Iterator<Item = &'a ConversationId>,
        wanted: &str,
    ) -> Result<Option<ConversationId>, StoreError> {
        let holds_it = |conversation: &Conversation| {
            let mut ids = conversation.messages.iter().filter_map(|it| it.response_id.as_ref());
            ids.any(|id| id.as_str() == wanted)
        };
        for id in ids {
            if holds_it(&self.read_conversation(id)?) {
                return Ok(Some(id.clone()));
            }
        }
        Ok(None)
    }
}

/// The conversations in whose text an id stands, as the file spells it.
fn conversations_mentioning(known: &OpenVersion, wanted: &str) -> io::Result<Vec<ConversationId>> {
    let mut found: Vec<ConversationId> = Vec::new();
    let Some(snapshot) = &known.file else { return Ok(found) };
    let mut needle = String::new();
    encode_string(wanted, &mut needle);
    let finder = memmem::Finder::new(&needle);
    let entries = &known.index.unpacked().entries;
    let length = entries.last().map_or(0, |last| last.member.end);
    let (mut start, mut bytes) = (0_usize, Vec::new());
    while start < length {
        let end = start.saturating_add(BUFFER_SIZE.max(needle.len().saturating_mul(2))).min(length);
        snapshot.read_into(start..end, &mut bytes)?;
        for at in finder.find_iter(&bytes) {
            let at = start.saturating_add(at);
            let place = entries.partition_point(|entry| entry.value.end <= at);
            let Some(entry) = entries.get(place).filter(|it| it.value.contains(&at)) else {
                continue;
            };
            if found.last() != Some(&entry.id) {
                found.push(entry.id.clone());
            }
        }
        // What the end of a window cuts is whole in the next.
        start = if end == length { end } else { end.saturating_sub(needle.len()) };
    }
    Ok(found)
}
