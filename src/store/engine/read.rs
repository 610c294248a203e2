//! Reads: the list, one conversation, its bytes, a search.

use memchr::memmem;

use crate::chat::branch::Branch;
use crate::chat::logged_change::new_messages;
use crate::chat::{Conversation, ConversationId, ConversationSummary, Message, Role, Timestamp};

use crate::store::engine::Store;
use crate::store::engine::open_version::OpenVersion;
use crate::store::file::commit::MAX_ATTEMPTS;
use crate::store::file::error::StoreError;
use crate::store::file::open_file::{self, OpenFile};
use crate::store::file::store_paths::StorePaths;
use crate::store::index::resolve_id::resolve_id;
use crate::store::json::encode_string;
use crate::store::json::stream::BUFFER_SIZE;
use crate::store::records::record_text::Extent;
use crate::store::search::{Query, Search};
use crate::store::state::{AnswerRecords, Branches, FullTitlesFile, JournalEntry};

/// How old a question of another program may be to count as being answered, in seconds. The journal
/// keeps our own longer, so a question that is not in it is foreign.
const MAX_QUESTION_AGE_SECONDS: i64 = 300;
/// How far the clock of another machine may be ahead of ours, in seconds, for a question to count as new. Our
/// choice.
const MAX_CLOCK_SKEW_SECONDS: i64 = 60;

impl Store {
    /// The rows of all conversations, in file order.
    ///
    /// # Errors
    /// When the file cannot be read or is not an object of conversations.
    pub fn list(&mut self) -> Result<Vec<ConversationSummary>, StoreError> {
        let mut rows = self.open_current()?.index.rows();
        self.full_titles.read().complete_rows(&mut rows);
        Ok(rows)
    }

    /// The rows as they are on disk: nothing is recovered or written, and no lock is waited for.
    ///
    /// # Errors
    /// As [`Store::list`].
    pub fn list_on_disk(paths: &StorePaths) -> Result<Vec<ConversationSummary>, StoreError> {
        let mut rows = OpenVersion::current(paths)?.index.rows();
        FullTitlesFile::of(paths).read().complete_rows(&mut rows);
        Ok(rows)
    }

    /// A conversation. One that a stale save has just removed is restored first.
    ///
    /// # Errors
    /// When the file cannot be read, or has no such conversation.
    pub fn conversation(&mut self, id: &ConversationId) -> Result<Conversation, StoreError> {
        self.conversation_to(id, Extent::Whole)
    }

    /// A conversation, or the end of a very long one.
    ///
    /// # Errors
    /// When the file cannot be read, or has no such conversation.
    pub fn conversation_to(
        &mut self,
        id: &ConversationId,
        extent: Extent,
    ) -> Result<Conversation, StoreError> {
        let read = |store: &mut Self| store.read_conversation(id, extent);
        let conversation = self.retry_while_contended(read)?;
        Ok(self.with_full_title(conversation))
    }

    /// A conversation as the file has it at this moment, or the end of a very long one.
    pub(super) fn read_conversation(
        &mut self,
        id: &ConversationId,
        extent: Extent,
    ) -> Result<Conversation, StoreError> {
        let record = self.read_entry(id, |version, entry| version.record_text(entry, extent))?;
        let mut conversation = record.conversation(id);
        conversation.chain = self.chain_state(&conversation);
        Ok(conversation)
    }

    /// A search in the file as it is now. It holds that version open and needs this store no more.
    ///
    /// # Errors
    /// When the file cannot be read or is not an object of conversations.
    pub fn search(&mut self, query: Query) -> Result<Search, StoreError> {
        for _ in 0..MAX_ATTEMPTS {
            let file = open_file::open(&self.paths)?;
            self.open_current()?;
            let identity = file.as_ref().map(OpenFile::identity);
            if let Some(version) = self.open_version.as_ref().filter(|it| it.identity() == identity)
            {
                let titles = self.full_titles.read();
                let search = Search::new(self.paths.clone(), file, &version.index, query);
                return Ok(search.with_titles(&titles));
            }
        }
        Err(self.contended())
    }

    /// The conversation that `name` names: an id, the start of one, a title, a response id.
    ///
    /// # Errors
    /// When none fits or several do, or the file cannot be read.
    pub fn resolve_id(&mut self, name: &str) -> Result<ConversationId, StoreError> {
        self.retry_while_contended(|store| {
            let rows = store.list()?;
            match resolve_id(&rows, name) {
                Err(StoreError::NotFound(_)) if name.starts_with("resp_") => {
                    store.find_by_response_id(&rows, name)
                }
                resolved => resolved,
            }
        })
    }

    /// The conversation that holds the answer with a response id, or in which it was given.
    fn find_by_response_id(
        &mut self,
        rows: &[ConversationSummary],
        name: &str,
    ) -> Result<ConversationId, StoreError> {
        let is_row = |id: &ConversationId| rows.iter().any(|row| row.id == *id);
        let mut mentioned = match &self.open_version {
            Some(version) => version.conversations_mentioning(name)?,
            None => Vec::new(),
        };
        mentioned.retain(|id| is_row(id));
        if let Some(holder) = self.find_holder(mentioned.iter(), name)? {
            return Ok(holder);
        }
        if let Some(recorded) = self.answer_records.conversation_of(name).filter(is_row) {
            return Ok(recorded);
        }
        // The file may spell it with escapes.
        let holder = self.find_holder(rows.iter().map(|row| &row.id), name)?;
        holder.ok_or_else(|| StoreError::NotFound(name.to_owned()))
    }

    /// The first of these conversations that holds the answer.
    fn find_holder<'a>(
        &mut self,
        ids: impl Iterator<Item = &'a ConversationId>,
        name: &str,
    ) -> Result<Option<ConversationId>, StoreError> {
        for id in ids {
            let messages = self.read_conversation(id, Extent::Whole)?.messages;
            let mut answers = messages.iter().filter_map(|message| message.response_id.as_ref());
            if answers.any(|answer| answer.as_str() == name) {
                return Ok(Some(id.clone()));
            }
        }
        Ok(None)
    }

    /// The branches of a conversation that are not visible.
    #[must_use]
    pub fn branches(&self, id: &ConversationId) -> Vec<Branch> {
        Branches::of(&self.paths).read(id)
    }

    /// What is known about answers beside their text, those of deleted conversations included.
    #[must_use]
    pub const fn answer_records(&self) -> &AnswerRecords {
        &self.answer_records
    }

    /// Conversations with an answer that is not in the shared file yet.
    #[must_use]
    pub fn conversations_with_unstored_answers(&self) -> Vec<ConversationId> {
        let is_unstored =
            |entry: &JournalEntry| entry.record.is_some() && entry.logged.applied.is_none();
        self.journal.state().conversations_with(is_unstored).into_iter().collect()
    }

    /// Takes the conversations that other programs changed since the last call, each once, without
    /// those they deleted.
    pub fn take_foreign_changes(&mut self) -> Vec<ConversationId> {
        std::mem::take(&mut self.foreign_changes)
    }

    /// Conversations that end in a recent question no duologue asked, with its time: the web app is
    /// probably answering it.
    pub fn remote_questions(
        &mut self,
        rows: &[ConversationSummary],
        now: Timestamp,
    ) -> Vec<(ConversationId, Timestamp)> {
        let is_recent = |at: Timestamp| {
            let age = now.seconds().saturating_sub(at.seconds());
            (-MAX_CLOCK_SKEW_SECONDS..MAX_QUESTION_AGE_SECONDS).contains(&age)
        };
        let is_candidate = |row: &&ConversationSummary| {
            row.last_role == Some(Role::User) && is_recent(row.last_update)
        };
        let mut questions = Vec::new();
        for id in rows.iter().filter(is_candidate).map(|row| &row.id) {
            let Ok(conversation) = self.read_conversation(id, Extent::END) else { continue };
            let last = conversation.messages.last().filter(|last| {
                last.role == Role::User
                    && is_recent(last.timestamp)
                    && !self.is_own_message(id, last)
            });
            questions.extend(last.map(|question| (id.clone(), question.timestamp)));
        }
        questions
    }

    /// Whether a duologue stored this message, or is getting an answer in its conversation.
    fn is_own_message(&self, id: &ConversationId, message: &Message) -> bool {
        let others = self.journal.other_states();
        others.iter().chain([self.journal.state()]).any(|journal| {
            let changes = journal.entries.iter().map(|entry| &entry.logged.change);
            let mut ours = changes.filter(|change| change.conversation() == id);
            ours.any(|change| new_messages(change).iter().any(|it| it.is_same(message)))
                || journal.turns.iter().any(|turn| turn.conversation == *id)
        })
    }
}

impl OpenVersion {
    /// The conversations whose text holds an id, spelled as the web app spells it.
    fn conversations_mentioning(&self, name: &str) -> Result<Vec<ConversationId>, StoreError> {
        let mut mentioning: Vec<ConversationId> = Vec::new();
        let Some(file) = &self.file else { return Ok(mentioning) };
        let mut needle = String::new();
        encode_string(name, &mut needle);
        let finder = memmem::Finder::new(&needle);
        let entries = self.entries();
        let length = entries.last().map_or(0, |last| last.member.end);
        let window = BUFFER_SIZE.max(needle.len().saturating_mul(2));
        let (mut start, mut bytes) = (0_usize, Vec::new());
        while start < length {
            let end = start.saturating_add(window).min(length);
            file.read_into(start..end, &mut bytes).map_err(|error| self.read_error(error))?;
            for at in finder.find_iter(&bytes).map(|at| start.saturating_add(at)) {
                let position = entries.partition_point(|entry| entry.value.end <= at);
                let entry = entries.get(position).filter(|entry| entry.value.contains(&at));
                let new = entry.filter(|entry| mentioning.last() != Some(entry.id()));
                mentioning.extend(new.map(|entry| entry.id().clone()));
            }
            // What the end of a window cuts is whole in the next.
            start = if end == length { end } else { end.saturating_sub(needle.len()) };
        }
        Ok(mentioning)
    }
}
