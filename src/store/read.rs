//! From the text of one record to a conversation, leniently: what cannot be read is said, not lost.
//! May not change anything or judge whether the web app would take it.

use std::ops::Range;

use crate::chat::{
    Conversation, ConversationId, Message, Readability, ResponseId, Role, Summary, Timestamp,
};

use super::json::{Member, decode_string, elements, members};

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

/// The known members of a record, the last of each name, as byte ranges of their values.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    /// `data`
    pub data: Option<Range<usize>>,
    /// `chat_name`
    pub chat_name: Option<Range<usize>>,
    /// `last_update`
    pub last_update: Option<Range<usize>>,
    /// `messages`
    pub messages: Option<Range<usize>>,
    /// `last_response_id`
    pub last_response_id: Option<Range<usize>>,
    /// Where the last member ends; `None` in an empty object.
    pub end_of_members: Option<usize>,
}

impl Record {
    /// Finds the members of the record at a range.
    ///
    /// # Errors
    /// When it is not an object; the reason in a few words.
    pub fn at(text: &str, range: Range<usize>) -> Result<Self, String> {
        let found = members(text, range).map_err(|_| "it is not an object".to_owned())?;
        let mut record = Self::default();
        for Member { key, value } in found {
            record.end_of_members = Some(value.end);
            let slot = match slice(text, &key) {
                "\"data\"" => &mut record.data,
                "\"chat_name\"" => &mut record.chat_name,
                "\"last_update\"" => &mut record.last_update,
                "\"messages\"" => &mut record.messages,
                "\"last_response_id\"" => &mut record.last_response_id,
                _ => continue,
            };
            *slot = Some(value);
        }
        Ok(record)
    }
}

/// The row of the record at a range, and which keys its messages carry.
#[must_use]
pub fn summary(text: &str, id: ConversationId, range: Range<usize>) -> (Summary, MessageKeys) {
    let mut keys = MessageKeys::None;
    match try_summary(text, &id, range, &mut keys) {
        Ok(summary) => (summary, keys),
        Err(reason) => (damaged(id, reason), keys),
    }
}

/// The whole conversation of the record at a range.
#[must_use]
pub fn conversation(text: &str, id: &ConversationId, range: Range<usize>) -> Conversation {
    let mut keys = MessageKeys::None;
    let row = match try_summary(text, id, range.clone(), &mut keys) {
        Ok(row) => row,
        Err(reason) => damaged(id.clone(), reason),
    };
    let mut whole = Conversation::new(row.id, row.title, row.created_at);
    whole.last_update = row.last_update;
    whole.readability = row.readability;
    let Ok(record) = Record::at(text, range) else {
        return whole;
    };
    whole.last_response_id =
        record.last_response_id.and_then(|id| text_at(text, &id)).map(ResponseId::new);
    let list = record.messages.and_then(|list| elements(text, list).ok()).unwrap_or_default();
    whole.messages = list.into_iter().filter_map(|at| message(text, at).ok()).collect();
    whole
}

/// The message at a range.
///
/// # Errors
/// When it has no role or no text; the reason in a few words.
pub fn message(text: &str, range: Range<usize>) -> Result<Message, String> {
    let found = members(text, range).map_err(|_| "a message is not an object".to_owned())?;
    let value = |name: &str| {
        let found = found.iter().rev().find(|member| slice(text, &member.key) == name);
        found.map(|member| member.value.clone())
    };
    let text_of = |name: &str| value(name).and_then(|at| text_at(text, &at));
    let role = text_of("\"role\"").ok_or("a message has no role")?;
    let said = text_of("\"text\"").ok_or("a message has no text")?;
    let timestamp = value("\"timestamp\"").and_then(|at| time_at(text, &at)).unwrap_or_default();
    let reasoning_data = value("\"reasoning_data\"")
        .map(|at| slice(text, &at).to_owned())
        .filter(|raw| raw.starts_with('{'));
    Ok(Message {
        role: Role::from(role),
        text: said,
        timestamp,
        response_id: text_of("\"response_id\"").map(ResponseId::new),
        reasoning_data,
        agent_preset_id: text_of("\"agent_preset_id\""),
        reasoning_level: text_of("\"reasoning_level\""),
    })
}

fn try_summary(
    text: &str,
    id: &ConversationId,
    range: Range<usize>,
    keys: &mut MessageKeys,
) -> Result<Summary, String> {
    let record = Record::at(text, range)?;
    let title = record.chat_name.and_then(|at| text_at(text, &at)).ok_or("it has no title")?;
    let last_update = record
        .last_update
        .and_then(|at| time_at(text, &at))
        .ok_or("the time of its last update is missing or not a time")?;
    let created_at =
        record.data.as_ref().and_then(|at| created_at(text, at)).unwrap_or(last_update);
    let (message_count, last_role) = match &record.messages {
        None => (0, None),
        Some(list) => count(text, list.clone(), keys)?,
    };
    let readability =
        if record.messages.is_none() && is_assistants_record(text, record.data.as_ref()) {
            Readability::NotStoredLocally
        } else {
            Readability::Whole
        };
    Ok(Summary {
        id: id.clone(),
        title,
        created_at,
        last_update,
        message_count,
        last_role,
        readability,
    })
}

/// How many messages there are, who wrote the last, and which keys they carry.
fn count(
    text: &str,
    list: Range<usize>,
    keys: &mut MessageKeys,
) -> Result<(usize, Option<Role>), String> {
    let all = elements(text, list).map_err(|_| "its messages are not a list".to_owned())?;
    let mut last_role = None;
    for at in &all {
        let found = members(text, at.clone()).map_err(|_| "a message is not an object")?;
        let is_old = |member: &Member| {
            let old = ["\"role\"", "\"text\"", "\"timestamp\"", "\"response_id\""];
            old.contains(&slice(text, &member.key))
        };
        let more = !found.iter().all(is_old);
        *keys = match (*keys, more) {
            (MessageKeys::More, _) | (_, true) => MessageKeys::More,
            (MessageKeys::None | MessageKeys::Four, false) => MessageKeys::Four,
        };
        let value = |name: &str| {
            let found = found.iter().rev().find(|member| slice(text, &member.key) == name);
            found.map(|member| slice(text, &member.value))
        };
        if !value("\"text\"").is_some_and(|raw| raw.starts_with('"')) {
            return Err("a message has no text".to_owned());
        }
        let role = value("\"role\"").filter(|raw| raw.starts_with('"'));
        last_role = Some(Role::from(decode_string(role.ok_or("a message has no role")?)));
    }
    Ok((all.len(), last_role))
}

fn damaged(id: ConversationId, reason: String) -> Summary {
    Summary {
        title: id.as_str().to_owned(),
        id,
        created_at: Timestamp::default(),
        last_update: Timestamp::default(),
        message_count: 0,
        last_role: None,
        readability: Readability::Damaged(reason),
    }
}

fn created_at(text: &str, data: &Range<usize>) -> Option<Timestamp> {
    let found = members(text, data.clone()).ok()?;
    let at = found.iter().rev().find(|member| slice(text, &member.key) == "\"created_at\"")?;
    time_at(text, &at.value)
}

/// Whether a record without messages is one of the Assistants API.
fn is_assistants_record(text: &str, data: Option<&Range<usize>>) -> bool {
    let Some(found) = data.and_then(|at| members(text, at.clone()).ok()) else {
        return false;
    };
    let kind = found.iter().rev().find(|member| slice(text, &member.key) == "\"object\"");
    kind.is_some_and(|member| slice(text, &member.value) == "\"thread\"")
}

/// A time in any form the web app ever wrote or takes, cut to whole seconds.
fn time_at(text: &str, at: &Range<usize>) -> Option<Timestamp> {
    let raw = slice(text, at);
    let number = match raw {
        "true" => return Some(Timestamp::from_seconds(1)),
        "false" => return Some(Timestamp::from_seconds(0)),
        quoted if quoted.starts_with('"') => decode_string(quoted).trim().replace('_', ""),
        other => other.to_owned(),
    };
    if let Ok(whole) = number.parse::<i64>() {
        return Some(Timestamp::from_seconds(whole));
    }
    let float: f64 = number.parse().ok().filter(|it: &f64| it.is_finite())?;
    // Saturates at the ends of the range, which is as good a time as any for such a record.
    #[allow(clippy::cast_possible_truncation)]
    Some(Timestamp::from_seconds(float.floor() as i64))
}

fn text_at(text: &str, at: &Range<usize>) -> Option<String> {
    let raw = slice(text, at);
    raw.starts_with('"').then(|| decode_string(raw))
}

/// The text of a range; ranges come from the scanner and always lie within.
fn slice<'a>(text: &'a str, range: &Range<usize>) -> &'a str {
    text.get(range.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(text: &str) -> Summary {
        summary(text, ConversationId::new("c"), 0..text.len()).0
    }

    #[test]
    fn an_assistants_record_with_a_broken_second_is_listed() {
        let text = r#"{"data": {"id": "t", "created_at": 17, "metadata": {}, "object": "thread"},
            "chat_name": "Dinner", "last_update": 1707975128.009329, "assistant_id": "a"}"#;
        let row = row(text);
        assert_eq!(row.readability, Readability::NotStoredLocally);
        assert_eq!(row.last_update.seconds(), 1_707_975_128);
        assert_eq!(row.title, "Dinner");
    }

    #[test]
    fn times_are_read_in_every_form_the_web_app_takes() {
        for (raw, seconds) in
            [("17", 17), ("17.0", 17), ("1.7e1", 17), ("true", 1), ("\" 1_7 \"", 17)]
        {
            assert_eq!(time_at(raw, &(0..raw.len())), Some(Timestamp::from_seconds(seconds)));
        }
        assert_eq!(time_at("null", &(0..4)), None);
        assert_eq!(time_at("1e999", &(0..5)), None);
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
