//! Full-text search over all conversations and the details of their answers: a scan of one version of
//! the file that holds one conversation in memory at a time.

mod needle;
pub mod query;

use std::ops::Range;

use crate::chat::single_spaces::with_single_spaces;
use crate::chat::{
    AnswerDetails, Conversation, ConversationId, DetailKind, Message, Role, Timestamp, Title,
};

use super::index::{Index, IndexEntry};
use super::json::stream::BUFFER_SIZE;
use crate::store::file::error::StoreError;
use crate::store::file::open_file::OpenFile;
use crate::store::file::store_paths::StorePaths;
use crate::store::records::read;
use crate::store::state::FullTitles;

pub use query::Query;

/// How many characters are shown around a match.
const CONTEXT_BEFORE: usize = 40;
const CONTEXT_AFTER: usize = 120;
/// The longest part of a word, in bytes, that is left out where the context would begin or end in it.
const MAX_LEFT_OUT: usize = 24;

/// Where in a conversation a match is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HitLocation {
    /// In the title, stored or full.
    Title,
    /// In a message or its details.
    Message {
        /// Its number, counted from 0 over the messages that can be read.
        number: usize,
        /// The role of the author.
        role: Role,
        /// When it was stored.
        timestamp: Timestamp,
        /// The detail that holds the match, where its text does not.
        part: Option<DetailKind>,
    },
}

/// One match. All texts are hostile until `view` has cleaned them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SearchResult {
    /// The conversation that has the match.
    pub conversation: ConversationId,
    /// The title of the conversation.
    pub title: Title,
    /// Where in the conversation the match is.
    pub location: HitLocation,
    /// The text before the match, cut short.
    pub before: String,
    /// The match as the text spells it, on one line.
    pub matched: String,
    /// The text after the match, cut short.
    pub after: String,
}

/// A search under way. Each step searches one conversation, so the caller can show results as they
/// come, and cancels by not calling again.
#[derive(Debug)]
pub struct Search {
    paths: StorePaths,
    file: Option<OpenFile>,
    query: Query,
    /// The conversations still to be searched, the newest last.
    remaining: Vec<IndexEntry>,
    bytes: Vec<u8>,
}

impl Search {
    /// A search in a version of the file, newest conversation first.
    #[must_use]
    pub fn new(paths: StorePaths, file: Option<OpenFile>, index: &Index, query: Query) -> Self {
        let mut remaining: Vec<IndexEntry> = index.records().into_iter().cloned().collect();
        remaining.sort_by_key(|entry| entry.summary.last_update);
        Self { paths, file, query, remaining, bytes: Vec::new() }
    }

    /// The same search with full titles, which the file does not have.
    pub(crate) fn with_titles(mut self, titles: &FullTitles) -> Self {
        for IndexEntry { id, summary, .. } in &mut self.remaining {
            summary.title = titles.title_of(id, summary.title.stored());
        }
        self
    }

    /// Searches the next conversation; `None` when all have been searched.
    ///
    /// # Errors
    /// When the file cannot be read any more.
    pub fn step(&mut self) -> Result<Option<Vec<SearchResult>>, StoreError> {
        let Some(entry) = self.remaining.pop() else { return Ok(None) };
        let mut hits = Vec::from_iter(self.find_in_title(&entry));
        if self.may_contain(&entry)? {
            let text = self.text(&entry)?;
            let conversation = read::conversation(&text, &entry.id, 0..text.len());
            hits.extend(self.find_in_messages(&conversation, &entry.summary.title));
        }
        Ok(Some(hits))
    }

    /// Whether the raw bytes of a record may spell the query.
    fn may_contain(&mut self, entry: &IndexEntry) -> Result<bool, StoreError> {
        let overlap = self.query.needle().overlap();
        let mut start = entry.value.start;
        while start < entry.value.end {
            let end = start.saturating_add(BUFFER_SIZE).min(entry.value.end);
            self.read(start..end)?;
            if self.query.needle().may_occur_in(&self.bytes) {
                return Ok(true);
            }
            // What the end of one piece cuts is whole in the next.
            start = if end == entry.value.end { end } else { end.saturating_sub(overlap) };
        }
        Ok(false)
    }

    fn text(&mut self, entry: &IndexEntry) -> Result<String, StoreError> {
        if self.bytes.len() != entry.value.len() {
            self.read(entry.value.clone())?;
        }
        // The whole file was UTF-8 when its index was made.
        Ok(String::from_utf8_lossy(&self.bytes).into_owned())
    }

    fn read(&mut self, range: Range<usize>) -> Result<(), StoreError> {
        let Some(file) = &self.file else { return Ok(()) };
        let read = file.read_into(range, &mut self.bytes);
        read.map_err(|error| StoreError::io("read", &self.paths.chats_file(), error))
    }

    fn find_in_title(&self, entry: &IndexEntry) -> Option<SearchResult> {
        let title = &entry.summary.title;
        let found_in = |text| self.query.find(text).map(|range| (text, range));
        let (text, range) = found_in(title.text()).or_else(|| found_in(title.stored()))?;
        Some(build_hit(&entry.id, title, HitLocation::Title, text, range))
    }

    fn find_in_messages(&self, conversation: &Conversation, title: &Title) -> Vec<SearchResult> {
        let mut hits = Vec::new();
        for (number, message) in conversation.messages.iter().enumerate() {
            let mut search = |part: Option<DetailKind>, text: &str| {
                let range = self.query.find(text)?;
                let (role, timestamp) = (message.role.clone(), message.timestamp);
                let location = HitLocation::Message { number, role, timestamp, part };
                hits.push(build_hit(&conversation.id, title, location, text, range));
                Some(())
            };
            search(None, &message.text);
            // One result for each kind of detail is enough to go there.
            let mut matched: Vec<DetailKind> = Vec::new();
            for (part, text) in self.details_of(message).texts() {
                if !matched.contains(&part) && search(Some(part), text).is_some() {
                    matched.push(part);
                }
            }
        }
        hits
    }

    /// The details of an answer, where their raw bytes may spell the query.
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
    title: &Title,
    location: HitLocation,
    text: &str,
    range: Range<usize>,
) -> SearchResult {
    let part = |range: Range<usize>| text.get(range).unwrap_or_default();
    let (head, tail) = (part(0..range.start), part(range.end..text.len()));
    let from =
        head.char_indices().rev().nth(CONTEXT_BEFORE.saturating_sub(1)).map_or(0, |(at, _)| at);
    let to = tail.char_indices().nth(CONTEXT_AFTER).map_or(tail.len(), |(at, _)| at);
    let (from, to) = (start_of_word(head, from), end_of_word(tail, to));
    let mut before = head.get(from..).unwrap_or_default().to_owned();
    if from > 0 {
        before.insert(0, '…');
    }
    let mut after = tail.get(..to).unwrap_or_default().to_owned();
    if to < tail.len() {
        after.push('…');
    }
    let (conversation, title, matched) =
        (id.clone(), title.clone(), with_single_spaces(part(range)));
    SearchResult { conversation, title, location, before, matched, after }
}

/// Where the first whole word after a place begins; the place itself where no other word begins after it.
fn start_of_word(text: &str, from: usize) -> usize {
    let (before, after) = text.split_at_checked(from).unwrap_or((text, ""));
    if before.is_empty() || before.ends_with(char::is_whitespace) {
        return from;
    }
    let space = after.find(char::is_whitespace).filter(|space| *space <= MAX_LEFT_OUT);
    let word = space.and_then(|space| {
        let rest = after.get(space..)?;
        Some(space.saturating_add(rest.find(|c: char| !c.is_whitespace())?))
    });
    word.map_or(from, |word| from.saturating_add(word))
}

/// Where the last whole word before a place ends; the place itself where no word ends before it.
fn end_of_word(text: &str, to: usize) -> usize {
    let (before, after) = text.split_at_checked(to).unwrap_or((text, ""));
    if after.is_empty() || after.starts_with(char::is_whitespace) {
        return to;
    }
    let space = before.rfind(char::is_whitespace);
    space.filter(|space| to.saturating_sub(*space) <= MAX_LEFT_OUT).unwrap_or(to)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_snippet_begins_and_ends_at_words() {
        let text = format!("{}throw it away {}", "somebody who ".repeat(9), "and more ".repeat(30));
        let range = Query::new("throw").unwrap().find(&text).unwrap();
        let title = Title::from_question("t");
        let id = ConversationId::new("a");
        let hit = build_hit(&id, &title, HitLocation::Title, &text, range);
        assert!(hit.before.starts_with("…who somebody") || hit.before.starts_with("…somebody"));
        assert!(hit.after.ends_with("and…") || hit.after.ends_with("more…"), "{}", hit.after);
    }

    #[test]
    fn a_snippet_is_short_and_has_the_match_in_it() {
        let text = format!("{} line\n\n  Match é {}", "a".repeat(200), "b".repeat(300));
        let range = Query::new("match É").unwrap().find(&text).unwrap();
        let hit =
            build_hit(&ConversationId::new("c"), &"T".into(), HitLocation::Title, &text, range);
        assert_eq!(hit.matched, "Match é");
        assert!(hit.before.starts_with("…a") && hit.before.ends_with("a line\n\n  "));
        assert!(hit.before.chars().count() <= CONTEXT_BEFORE + 1);
        assert!(hit.after.starts_with(" b") && hit.after.ends_with("b…"));
    }
}
