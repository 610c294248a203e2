//! Full-text search over all conversations and the details of their answers: a scan of one version of
//! the file that holds a few messages in memory at a time.

pub mod query;

use std::ops::Range;

use crate::chat::{AnswerDetails, ConversationId, DetailKind, Message, Role, Timestamp, Title};

use super::index::{Index, IndexEntry};
use super::json::stream::BUFFER_SIZE;
use crate::markdown::{PIECE_OVERLAP, TextFormat};
use crate::store::file::error::StoreError;
use crate::store::file::open_file::OpenFile;
use crate::store::file::store_paths::StorePaths;
use crate::store::records::stored_messages::StoredMessages;
use crate::store::state::FullTitles;

pub use crate::markdown::Excerpt;
pub use query::Query;

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
    /// The match in its context.
    pub excerpt: Excerpt,
}

/// A search under way. Each step searches one conversation, so the caller can show results as they
/// come, and cancels by not calling again.
#[derive(Debug)]
pub struct Search {
    paths: StorePaths,
    file: Option<OpenFile>,
    query: Query,
    /// Whether excerpts are the source, with the marks of Markdown.
    shows_source: bool,
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
        Self { paths, file, query, shows_source: false, remaining, bytes: Vec::new() }
    }

    /// The same search with matches in their context as it is written: otherwise they are as people read
    /// it, without the marks of Markdown.
    #[must_use]
    pub fn with_source_excerpts(mut self) -> Self {
        self.shows_source = true;
        self
    }

    /// The same search with full titles, which the file does not have.
    pub(crate) fn with_titles(mut self, titles: &FullTitles) -> Self {
        for IndexEntry { summary, .. } in &mut self.remaining {
            summary.title = titles.title_of(&summary.id, summary.title.stored());
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
            self.find_in_messages(&entry, &mut hits)?;
        }
        Ok(Some(hits))
    }

    /// Whether the raw bytes of a record may spell the query.
    fn may_contain(&mut self, entry: &IndexEntry) -> Result<bool, StoreError> {
        let mut start = entry.value.start;
        while start < entry.value.end {
            let end = start.saturating_add(BUFFER_SIZE).min(entry.value.end);
            self.read(start..end)?;
            if self.query.may_occur_in_raw(&self.bytes) {
                return Ok(true);
            }
            // What the end of one piece cuts is whole in the next.
            start = if end == entry.value.end { end } else { end.saturating_sub(PIECE_OVERLAP) };
        }
        Ok(false)
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
        Some(SearchResult {
            conversation: entry.id().clone(),
            title: title.clone(),
            location: HitLocation::Title,
            excerpt: Excerpt::of(text, range),
        })
    }

    fn find_in_messages(
        &self,
        entry: &IndexEntry,
        hits: &mut Vec<SearchResult>,
    ) -> Result<(), StoreError> {
        let Some(file) = &self.file else { return Ok(()) };
        let mut number = 0_usize;
        let read = StoredMessages::of(file, entry.message_list.clone()).and_then(|messages| {
            messages.for_each(|message| {
                self.find_in_message(entry, number, &message, hits);
                number = number.saturating_add(1);
                Ok(())
            })
        });
        read.map_err(|error| StoreError::io("read", &self.paths.chats_file(), error))
    }

    fn find_in_message(
        &self,
        entry: &IndexEntry,
        number: usize,
        message: &Message,
        hits: &mut Vec<SearchResult>,
    ) {
        let mut search = |part: Option<DetailKind>, text: &str| {
            let is_markdown = match part {
                None => TextFormat::from(&message.role) == TextFormat::Markdown,
                // The queries of searches and sources are no Markdown.
                Some(kind) => kind == DetailKind::Reasoning,
            };
            let range = if is_markdown {
                self.query.find_in_markdown(text)?
            } else {
                self.query.find(text)?
            };
            let (role, timestamp) = (message.role.clone(), message.timestamp);
            let location = HitLocation::Message { number, role, timestamp, part };
            let (conversation, title) = (entry.id().clone(), entry.summary.title.clone());
            let excerpt = if is_markdown && !self.shows_source {
                Excerpt::of_markdown(text, range)
            } else {
                Excerpt::of(text, range)
            };
            hits.push(SearchResult { conversation, title, location, excerpt });
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

    /// The details of an answer, where their raw bytes may spell the query.
    fn details_of(&self, message: &Message) -> AnswerDetails {
        let stored = message.reasoning_data.as_ref().filter(|_| message.role == Role::Assistant);
        if stored.is_some_and(|raw| self.query.may_occur_in_raw(raw.as_bytes())) {
            return AnswerDetails::of(message);
        }
        AnswerDetails::default()
    }
}
