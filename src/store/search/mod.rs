//! Full-text search over all chats and what stands behind their answers: a scan of the file as it is,
//! conversation by conversation.
//! May not build an index of words, nor hold more than one conversation in memory.

mod needle;
pub mod query;

use std::ops::Range;

use crate::chat::{
    AnswerDetails, Conversation, ConversationId, DetailKind, Message, Role, Timestamp,
};

use super::index::{Index, IndexEntry};
use super::json::stream::BUFFER_SIZE;
use crate::store::file::error::StoreError;
use crate::store::file::open_file::OpenFile;
use crate::store::file::store_paths::StorePaths;
use crate::store::records::read;

pub use query::Query;

/// What is shown around what was found, in characters.
const CONTEXT_BEFORE: usize = 40;
const CONTEXT_AFTER: usize = 120;

/// Where in a conversation something was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HitLocation {
    /// In its title.
    Title,
    /// In a message.
    Message {
        /// Its number, counted from 0 over the messages that can be read.
        number: usize,
        /// Who wrote it.
        role: Role,
        /// When it was stored.
        timestamp: Timestamp,
        /// The part behind it, where it is not in its text.
        part: Option<DetailKind>,
    },
}

/// One place where something was found. All texts are hostile until they have been made harmless.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchResult {
    /// The conversation.
    pub conversation: ConversationId,
    /// Its title.
    pub title: String,
    /// Where in it.
    pub location: HitLocation,
    /// What stands in front of the match, on one line, cut short.
    pub before: String,
    /// The match as it stands in the text.
    pub matched: String,
    /// What stands behind it, on one line, cut short.
    pub after: String,
}

/// A search under way. Each step looks at one conversation, so whoever asked can show what was
/// found so far, and gives up by not asking again.
#[derive(Debug)]
pub struct Search {
    paths: StorePaths,
    file: Option<OpenFile>,
    query: Query,
    /// Still to be looked at, the newest last.
    remaining: Vec<IndexEntry>,
    bytes: Vec<u8>,
}

impl Search {
    /// A search in a version of the file, newest conversation first.
    #[must_use]
    pub fn new(place: StorePaths, snapshot: Option<OpenFile>, index: &Index, query: Query) -> Self {
        let mut left: Vec<IndexEntry> = index.records().into_iter().cloned().collect();
        left.sort_by_key(|entry| entry.summary.last_update);
        Self { paths: place, file: snapshot, query, remaining: left, bytes: Vec::new() }
    }

    /// What the next conversation holds, most often nothing; `None` when all have been looked at.
    ///
    /// # Errors
    /// When the file cannot be read any more.
    pub fn step(&mut self) -> Result<Option<Vec<SearchResult>>, StoreError> {
        let Some(entry) = self.remaining.pop() else { return Ok(None) };
        let mut hits = Vec::from_iter(self.find_in_title(&entry));
        if self.may_contain(&entry)? {
            let text = self.text(&entry)?;
            let conversation = read::conversation(&text, &entry.id, 0..text.len());
            hits.extend(self.find_in_messages(&conversation));
        }
        Ok(Some(hits))
    }

    /// Whether the raw bytes of a record leave any hope.
    fn may_contain(&mut self, entry: &IndexEntry) -> Result<bool, StoreError> {
        let overlap = self.query.needle().overlap();
        let mut start = entry.value.start;
        while start < entry.value.end {
            let end = start.saturating_add(BUFFER_SIZE).min(entry.value.end);
            self.read(start..end)?;
            if self.query.needle().may_occur_in(&self.bytes) {
                return Ok(true);
            }
            // What the end of the piece cuts is found at the beginning of the next.
            start = if end == entry.value.end { end } else { end.saturating_sub(overlap) };
        }
        Ok(false)
    }

    fn text(&mut self, entry: &IndexEntry) -> Result<String, StoreError> {
        if self.bytes.len() != entry.value.len() {
            self.read(entry.value.clone())?;
        }
        // The whole file was UTF-8 when its table of contents was made.
        Ok(String::from_utf8_lossy(&self.bytes).into_owned())
    }

    fn read(&mut self, range: Range<usize>) -> Result<(), StoreError> {
        let Some(snapshot) = &self.file else { return Ok(()) };
        let read = snapshot.read_into(range, &mut self.bytes);
        read.map_err(|error| StoreError::io("read", &self.paths.chats_file(), error))
    }

    fn find_in_title(&self, entry: &IndexEntry) -> Option<SearchResult> {
        let title = &entry.summary.title;
        let found = self.query.find(title)?;
        Some(build_hit(&entry.id, title, HitLocation::Title, title, found))
    }

    fn find_in_messages(&self, conversation: &Conversation) -> Vec<SearchResult> {
        let mut hits = Vec::new();
        for (number, message) in conversation.messages.iter().enumerate() {
            let mut take = |part: Option<DetailKind>, text: &str| {
                let found = self.query.find(text)?;
                let (role, timestamp) = (message.role.clone(), message.timestamp);
                let place = HitLocation::Message { number, role, timestamp, part };
                hits.push(build_hit(&conversation.id, &conversation.title, place, text, found));
                Some(())
            };
            take(None, &message.text);
            // Once in each part is enough to go there.
            let mut seen: Vec<DetailKind> = Vec::new();
            for (part, text) in self.details_of(message).texts() {
                if !seen.contains(&part) && take(Some(part), text).is_some() {
                    seen.push(part);
                }
            }
        }
        hits
    }

    /// What stands behind an answer, where there is hope that it holds the words.
    fn details_of(&self, message: &Message) -> AnswerDetails {
        let stored = message.reasoning_data.as_ref().filter(|_| message.role == Role::Assistant);
        if stored.is_some_and(|raw| self.query.needle().may_occur_in(raw.as_bytes())) {
            return AnswerDetails::of(message);
        }
        AnswerDetails::default()
    }
}

fn build_hit(
    id: &ConversationId,
    title: &str,
    place: HitLocation,
    text: &str,
    found: Range<usize>,
) -> SearchResult {
    let part = |range: Range<usize>| text.get(range).unwrap_or_default();
    let in_front = part(0..found.start);
    let from =
        in_front.char_indices().rev().nth(CONTEXT_BEFORE.saturating_sub(1)).map_or(0, |(at, _)| at);
    let behind = part(found.end..text.len());
    let to = behind.char_indices().nth(CONTEXT_AFTER).map_or(behind.len(), |(at, _)| at);
    let mut before = one_line(in_front.get(from..).unwrap_or_default());
    if from > 0 {
        before.insert(0, '…');
    }
    let mut after = one_line(behind.get(..to).unwrap_or_default());
    if to < behind.len() {
        after.push('…');
    }
    let (conversation, title) = (id.clone(), title.to_owned());
    SearchResult {
        conversation,
        title,
        location: place,
        before,
        matched: one_line(part(found)),
        after,
    }
}

/// White space of any kind is one space.
fn one_line(text: &str) -> String {
    let mut line = String::with_capacity(text.len());
    for c in text.chars() {
        if !c.is_whitespace() {
            line.push(c);
        } else if !line.ends_with(' ') {
            line.push(' ');
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_is_one_short_line_with_the_match_in_it() {
        let text = format!("{} line\n\n  Match é {}", "a".repeat(200), "b".repeat(300));
        let found = Query::new("match É").unwrap().find(&text).unwrap();
        let hit = build_hit(&ConversationId::new("c"), "T", HitLocation::Title, &text, found);
        assert_eq!(hit.matched, "Match é");
        assert!(hit.before.starts_with("…a") && hit.before.ends_with("a line "));
        assert!(hit.before.chars().count() <= CONTEXT_BEFORE + 1);
        assert!(hit.after.starts_with(" b") && hit.after.ends_with("b…"));
    }
}
