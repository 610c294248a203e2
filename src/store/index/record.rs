//! Reads over one record for its row in the list, and says why if it is damaged.

use std::io::Read;
use std::ops::Range;

use crate::chat::{ConversationId, ConversationSummary, Readability, Role, Timestamp};

use super::super::json::is_key;
use super::super::json::stream::{Result, Stream};
use super::keys::{CHAT_NAME, CREATED_AT, DATA, LAST_UPDATE, MESSAGES, OBJECT};
use super::message;
use crate::store::index::timestamp::parse_time;
use crate::store::json::parser;

/// Which keys the messages of a record carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageKeys {
    /// There are no messages that could show which version wrote them.
    None,
    /// Every message has only the four of 2025.
    Four,
    /// At least one has more.
    Extended,
}

/// Longer titles are cut in the list, in bytes.
const MAX_TITLE_BYTES: usize = 64 * 1024;
/// Longer than any time the web app accepts, which has up to `MAX_INTEGER_DIGITS` digits.
const MAX_TIME_BYTES: usize = 8 * 1024;

/// The members of a record that its row needs; of repeated ones, the last.
#[derive(Debug, Default)]
struct RecordScan {
    title: Option<String>,
    last_update: Option<Timestamp>,
    created_at: Option<Timestamp>,
    is_thread: bool,
    messages: Option<MessageTally>,
}

/// What its row needs of the messages.
#[derive(Debug)]
struct MessageTally {
    count: usize,
    last_role: Option<Role>,
    keys: MessageKeys,
    damage: Option<&'static str>,
    /// Where the list lies; `None` where it is not a list.
    list: Option<Range<usize>>,
}

/// What the table of contents says of a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RecordOutline {
    /// The row in the list.
    pub summary: ConversationSummary,
    /// Which keys its messages carry.
    pub message_keys: MessageKeys,
    /// Where its list of messages lies, brackets included.
    pub message_list: Option<Range<usize>>,
}

impl RecordOutline {
    fn damaged(id: &ConversationId, reason: &str) -> Self {
        let summary = damaged_summary(id, reason);
        Self { summary, message_keys: MessageKeys::None, message_list: None }
    }
}

/// The row of a record given as text.
pub(crate) fn read_summary(text: &str, id: &ConversationId) -> ConversationSummary {
    read_outline(text, id).summary
}

/// What the table of contents says of a record given as text.
pub(crate) fn read_outline(text: &str, id: &ConversationId) -> RecordOutline {
    let mut stream = Stream::new(text.as_bytes(), text.len());
    scan(&mut stream, id).unwrap_or_else(|_| RecordOutline::damaged(id, "it is not JSON"))
}

/// Reads the record that begins here.
pub(super) fn scan<R: Read>(stream: &mut Stream<R>, id: &ConversationId) -> Result<RecordOutline> {
    let first = stream.peek()?;
    if first != Some(b'{') {
        // Within a conversation they are what the calculator of the web app brought.
        if matches!(first, Some(b'N' | b'I')) {
            return Err(stream.error("NaN or Infinity is in the place of a conversation"));
        }
        parser::skip_value(stream)?;
        return Ok(RecordOutline::damaged(id, "it is not an object"));
    }
    let mut record = RecordScan::default();
    parser::for_each_member(stream, |stream, key| record.read_member(stream, key))?;
    let message_keys = record.messages.as_ref().map_or(MessageKeys::None, |tally| tally.keys);
    let message_list = record.messages.as_mut().and_then(|tally| tally.list.take());
    Ok(RecordOutline { summary: record.into_summary(id), message_keys, message_list })
}

impl RecordScan {
    fn read_member<R: Read>(&mut self, stream: &mut Stream<R>, key: &[u8]) -> Result<()> {
        if is_key(key, CHAT_NAME) {
            self.title = message::read_text(stream, MAX_TITLE_BYTES)?;
        } else if is_key(key, LAST_UPDATE) {
            self.last_update = read_time(stream)?;
        } else if is_key(key, DATA) {
            self.read_data(stream)?;
        } else if is_key(key, MESSAGES) {
            self.messages = Some(tally_messages(stream)?);
        } else {
            parser::skip_value(stream)?;
        }
        Ok(())
    }

    fn read_data<R: Read>(&mut self, stream: &mut Stream<R>) -> Result<()> {
        (self.created_at, self.is_thread) = (None, false);
        if stream.peek()? != Some(b'{') {
            return parser::skip_value(stream);
        }
        parser::for_each_member(stream, |stream, key| {
            if is_key(key, CREATED_AT) {
                self.created_at = read_time(stream)?;
            } else if is_key(key, OBJECT) {
                self.is_thread =
                    message::read_text(stream, MAX_TIME_BYTES)?.as_deref() == Some("thread");
            } else {
                parser::skip_value(stream)?;
            }
            Ok(())
        })
    }

    fn into_summary(self, id: &ConversationId) -> ConversationSummary {
        let Some(title) = self.title else {
            return damaged_summary(id, "it has no title");
        };
        let Some(last_update) = self.last_update else {
            return damaged_summary(id, "the time of its last update is missing or not a time");
        };
        if let Some(reason) = self.messages.as_ref().and_then(|tally| tally.damage) {
            return damaged_summary(id, reason);
        }
        let readability = if self.messages.is_none() && self.is_thread {
            Readability::NotStoredLocally
        } else {
            Readability::Whole
        };
        ConversationSummary {
            id: id.clone(),
            title: title.into(),
            created_at: self.created_at.unwrap_or(last_update),
            last_update,
            message_count: self.messages.as_ref().map_or(0, |tally| tally.count),
            last_role: self.messages.and_then(|tally| tally.last_role),
            readability,
        }
    }
}

/// Counts the messages of the list that begins here; after the first that cannot be read, only
/// the grammar matters.
fn tally_messages<R: Read>(stream: &mut Stream<R>) -> Result<MessageTally> {
    let keys = MessageKeys::None;
    let mut tally = MessageTally { count: 0, last_role: None, keys, damage: None, list: None };
    let start = stream.position();
    if stream.peek()? != Some(b'[') {
        tally.damage = Some("its messages are not a list");
        parser::skip_value(stream)?;
        return Ok(tally);
    }
    parser::for_each_element(stream, |stream| {
        if stream.peek()? != Some(b'{') {
            tally.damage = tally.damage.or(Some("a message is not an object"));
            return parser::skip_value(stream);
        }
        let record = message::scan(stream)?;
        tally.count = tally.count.saturating_add(1);
        if record.has_extra_keys || tally.keys == MessageKeys::Extended {
            tally.keys = MessageKeys::Extended;
        } else {
            tally.keys = MessageKeys::Four;
        }
        match record.into_role() {
            Ok(role) => tally.last_role = Some(role),
            Err(reason) => tally.damage = tally.damage.or(Some(reason)),
        }
        Ok(())
    })?;
    tally.list = Some(start..stream.position());
    Ok(tally)
}

fn read_time<R: Read>(stream: &mut Stream<R>) -> Result<Option<Timestamp>> {
    let first = stream.peek()?.unwrap_or_default();
    if matches!(first, b'{' | b'[') {
        parser::skip_value(stream)?;
        return Ok(None);
    }
    let mut raw = Vec::new();
    parser::read_scalar(stream, first, |piece| {
        if raw.len() < MAX_TIME_BYTES {
            raw.extend_from_slice(piece);
        }
    })?;
    Ok(std::str::from_utf8(&raw).ok().filter(|raw| raw.len() < MAX_TIME_BYTES).and_then(parse_time))
}

fn damaged_summary(id: &ConversationId, reason: &str) -> ConversationSummary {
    ConversationSummary {
        title: id.as_str().into(),
        id: id.clone(),
        created_at: Timestamp::default(),
        last_update: Timestamp::default(),
        message_count: 0,
        last_role: None,
        readability: Readability::Damaged(reason.to_owned()),
    }
}
