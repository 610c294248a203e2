//! One record passed over: its row in the list, and why it is damaged where it is.
//! May not judge whether the web app would take it.

use std::io::Read;

use crate::chat::{ConversationId, Readability, Role, Summary, Timestamp};

use super::super::json::stream::{Result, Stream};
use super::super::json::{is_key, walk};
use super::message;
use crate::store::index::timestamp::time;

/// Which keys the messages of a record carry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageKeys {
    /// It has no messages.
    None,
    /// Every message has only the four of 2025.
    Four,
    /// At least one has more.
    More,
}

/// Titles longer than this are cut in the list.
const LONGEST_TITLE: usize = 64 * 1024;
/// No time is spelled longer than this: the web app takes up to 4300 digits.
const LONGEST_TIME: usize = 8 * 1024;

/// What was seen of a record; of members that stand twice, the last.
#[derive(Debug, Default)]
struct Seen {
    title: Option<String>,
    last_update: Option<Timestamp>,
    created_at: Option<Timestamp>,
    is_thread: bool,
    messages: Option<Tally>,
}

/// What was seen of its messages.
#[derive(Debug)]
struct Tally {
    count: usize,
    last_role: Option<Role>,
    keys: MessageKeys,
    wrong: Option<&'static str>,
}

/// The row of a record given as text, and which keys its messages carry.
#[must_use]
pub fn row(text: &str, id: &ConversationId) -> (Summary, MessageKeys) {
    let mut stream = Stream::new(text.as_bytes(), text.len());
    read(&mut stream, id).unwrap_or_else(|_| (damaged(id, "it is not JSON"), MessageKeys::None))
}

/// Reads the record that begins here.
pub(super) fn read<R: Read>(
    stream: &mut Stream<R>,
    id: &ConversationId,
) -> Result<(Summary, MessageKeys)> {
    if stream.peek()? != Some(b'{') {
        walk::pass_over(stream)?;
        return Ok((damaged(id, "it is not an object"), MessageKeys::None));
    }
    let mut seen = Seen::default();
    walk::members(stream, |stream, key| seen.member(stream, key))?;
    let keys = seen.messages.as_ref().map_or(MessageKeys::None, |tally| tally.keys);
    Ok((seen.judge(id), keys))
}

impl Seen {
    fn member<R: Read>(&mut self, stream: &mut Stream<R>, key: &[u8]) -> Result<()> {
        if is_key(key, "chat_name") {
            self.title = message::text(stream, LONGEST_TITLE)?;
        } else if is_key(key, "last_update") {
            self.last_update = time_here(stream)?;
        } else if is_key(key, "data") {
            self.data(stream)?;
        } else if is_key(key, "messages") {
            self.messages = Some(tally(stream)?);
        } else {
            walk::pass_over(stream)?;
        }
        Ok(())
    }

    fn data<R: Read>(&mut self, stream: &mut Stream<R>) -> Result<()> {
        (self.created_at, self.is_thread) = (None, false);
        if stream.peek()? != Some(b'{') {
            return walk::pass_over(stream);
        }
        walk::members(stream, |stream, key| {
            if is_key(key, "created_at") {
                self.created_at = time_here(stream)?;
            } else if is_key(key, "object") {
                self.is_thread = message::text(stream, LONGEST_TIME)?.as_deref() == Some("thread");
            } else {
                walk::pass_over(stream)?;
            }
            Ok(())
        })
    }

    fn judge(self, id: &ConversationId) -> Summary {
        let Some(title) = self.title else {
            return damaged(id, "it has no title");
        };
        let Some(last_update) = self.last_update else {
            return damaged(id, "the time of its last update is missing or not a time");
        };
        if let Some(wrong) = self.messages.as_ref().and_then(|tally| tally.wrong) {
            return damaged(id, wrong);
        }
        let readability = if self.messages.is_none() && self.is_thread {
            Readability::NotStoredLocally
        } else {
            Readability::Whole
        };
        Summary {
            id: id.clone(),
            title,
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
fn tally<R: Read>(stream: &mut Stream<R>) -> Result<Tally> {
    let mut tally = Tally { count: 0, last_role: None, keys: MessageKeys::None, wrong: None };
    if stream.peek()? != Some(b'[') {
        tally.wrong = Some("its messages are not a list");
        walk::pass_over(stream)?;
        return Ok(tally);
    }
    walk::elements(stream, |stream| {
        if stream.peek()? != Some(b'{') {
            tally.wrong = tally.wrong.or(Some("a message is not an object"));
            return walk::pass_over(stream);
        }
        let seen = message::read(stream)?;
        tally.count = tally.count.saturating_add(1);
        if seen.more || tally.keys == MessageKeys::More {
            tally.keys = MessageKeys::More;
        } else {
            tally.keys = MessageKeys::Four;
        }
        match seen.judge() {
            Ok(role) => tally.last_role = Some(role),
            Err(wrong) => tally.wrong = tally.wrong.or(Some(wrong)),
        }
        Ok(())
    })?;
    Ok(tally)
}

fn time_here<R: Read>(stream: &mut Stream<R>) -> Result<Option<Timestamp>> {
    let first = stream.peek()?.unwrap_or_default();
    if matches!(first, b'{' | b'[') {
        walk::pass_over(stream)?;
        return Ok(None);
    }
    let mut raw = Vec::new();
    walk::scalar(stream, first, |piece| {
        if raw.len() < LONGEST_TIME {
            raw.extend_from_slice(piece);
        }
    })?;
    Ok(std::str::from_utf8(&raw).ok().filter(|raw| raw.len() < LONGEST_TIME).and_then(time))
}

fn damaged(id: &ConversationId, reason: &str) -> Summary {
    Summary {
        title: id.as_str().to_owned(),
        id: id.clone(),
        created_at: Timestamp::default(),
        last_update: Timestamp::default(),
        message_count: 0,
        last_role: None,
        readability: Readability::Damaged(reason.to_owned()),
    }
}
