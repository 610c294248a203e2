//! Reads the text of one record as a conversation, leniently: a record that cannot be read whole
//! says why.

use std::ops::Range;

use crate::chat::{Conversation, ConversationId, Message, ResponseId, Role};

use crate::store::index::timestamp::parse_time;
use crate::store::index::{self, keys};
use crate::store::json::{decode_string, elements, named_values};

/// The known members of a record, the last of each name, as byte ranges of their values.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecordRanges {
    /// The value of `data`.
    pub data: Option<Range<usize>>,
    /// The value of `chat_name`.
    pub chat_name: Option<Range<usize>>,
    /// The value of `last_update`.
    pub last_update: Option<Range<usize>>,
    /// The value of `messages`.
    pub messages: Option<Range<usize>>,
    /// The value of `last_response_id`.
    pub last_response_id: Option<Range<usize>>,
}

impl RecordRanges {
    /// Finds the members of the record at a range.
    ///
    /// # Errors
    /// When it is not an object; the reason in a few words.
    pub fn at(text: &str, range: Range<usize>) -> Result<Self, String> {
        let names = [
            keys::DATA,
            keys::CHAT_NAME,
            keys::LAST_UPDATE,
            keys::MESSAGES,
            keys::LAST_RESPONSE_ID,
        ];
        let [data, chat_name, last_update, messages, last_response_id] =
            named_values(text, range, names).map_err(|_| "it is not an object".to_owned())?;
        Ok(Self { data, chat_name, last_update, messages, last_response_id })
    }
}

/// Reads a record with all its messages; those that cannot be read are left out.
#[must_use]
pub fn conversation(text: &str, id: &ConversationId, range: Range<usize>) -> Conversation {
    let row = index::read_summary(text.get(range.clone()).unwrap_or_default(), id);
    let mut whole = Conversation::new(row.id, row.title, row.created_at);
    whole.last_update = row.last_update;
    whole.readability = row.readability;
    let Ok(record) = RecordRanges::at(text, range) else {
        return whole;
    };
    whole.last_response_id =
        record.last_response_id.and_then(|id| text_at(text, &id)).map(ResponseId::new);
    let list = record.messages.and_then(|list| elements(text, list).ok()).unwrap_or_default();
    whole.messages = list.into_iter().filter_map(|at| message(text, at).ok()).collect();
    whole
}

/// Reads the last message of a record and no other; `None` where it cannot be read.
#[must_use]
pub(crate) fn last_message(text: &str) -> Option<Message> {
    let record = RecordRanges::at(text, 0..text.len()).ok()?;
    let last = elements(text, record.messages?).ok()?.pop()?;
    message(text, last).ok()
}

/// Reads one message of a record.
pub(crate) fn message(text: &str, range: Range<usize>) -> Result<Message, String> {
    let names = [
        keys::ROLE,
        keys::TEXT,
        keys::TIMESTAMP,
        keys::RESPONSE_ID,
        keys::REASONING_DATA,
        keys::AGENT_PRESET_ID,
        keys::REASONING_LEVEL,
    ];
    let [role, content, timestamp, response_id, reasoning, preset, level] =
        named_values(text, range, names).map_err(|_| "a message is not an object".to_owned())?;
    let text_of = |value: Option<Range<usize>>| value.and_then(|at| text_at(text, &at));
    let role = text_of(role).ok_or("a message has no role")?;
    let content = text_of(content).ok_or("a message has no text")?;
    let timestamp = timestamp.and_then(|at| parse_time(slice(text, &at))).unwrap_or_default();
    let reasoning_data =
        reasoning.map(|at| slice(text, &at)).filter(|raw| raw.starts_with('{')).map(str::to_owned);
    Ok(Message {
        role: Role::from(role),
        text: content,
        timestamp,
        response_id: text_of(response_id).map(ResponseId::new),
        reasoning_data,
        agent_preset_id: text_of(preset),
        reasoning_level: text_of(level),
    })
}

fn text_at(text: &str, at: &Range<usize>) -> Option<String> {
    let raw = slice(text, at);
    raw.starts_with('"').then(|| decode_string(raw))
}

/// The text of a range; ranges come from the parser and always lie within.
fn slice<'a>(text: &'a str, range: &Range<usize>) -> &'a str {
    text.get(range.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::{ConversationSummary, Readability};

    fn row(text: &str) -> ConversationSummary {
        index::read_summary(text, &ConversationId::new("c"))
    }

    #[test]
    fn an_assistants_record_with_a_fractional_time_is_listed() {
        let text = r#"{"data": {"id": "t", "created_at": 17, "metadata": {}, "object": "thread"},
            "chat_name": "Dinner", "last_update": 1707975128.009329, "assistant_id": "a"}"#;
        let row = row(text);
        assert_eq!(row.readability, Readability::NotStoredLocally);
        assert_eq!(row.last_update.seconds(), 1_707_975_128);
        assert_eq!(row.title.stored(), "Dinner");
    }

    #[test]
    fn a_broken_record_says_what_is_wrong() {
        let reason = |text: &str| match row(text).readability {
            Readability::Damaged(reason) => reason,
            other => panic!("{other:?}"),
        };
        assert_eq!(reason("[]"), "it is not an object");
        assert_eq!(reason(r#"{"chat_name": null, "last_update": 1}"#), "it has no title");
        let no_text = r#"{"chat_name": "", "last_update": 1, "messages": [{"role": "user"}]}"#;
        assert_eq!(reason(no_text), "a message has no text");
    }
}
