//! A record that another program wrote, in a form every version of the web app takes.
//! May not lose a text: what cannot be kept as it stands is spelled anew.

use crate::chat::{Conversation, Readability};

use crate::store::index::timestamp::parse_time;
use crate::store::json::edit::{self, ByteEdit};
use crate::store::json::{decode_string, elements, is_key, members};
use crate::store::records::edits::reasoning::format_reasoning;
use crate::store::records::edits::record::{self, NewMessageKeys};
use crate::store::records::read::{self, RecordRanges};
use crate::store::records::sanitize::{self, AllowedModels};

/// The member as it is, but for values the web app would reject the file for; `models` are names
/// the file holds already, so its web app knows them. Where that does not say the same any more it
/// is made anew from what could be read. Tells how many values had to be put right at the gate.
#[must_use]
pub fn normalize_member(
    stored: &str,
    conversation: &Conversation,
    models: &[String],
    keys: NewMessageKeys,
) -> (String, usize) {
    let kept = value_start(stored).and_then(|at| {
        let (key, value) = stored.split_at_checked(at)?;
        let kept = format!("{key}{}", edit::apply(value, &normalizing_edits(value, models)?));
        let passed = sanitize::sanitize(&conversation.id, &kept, AllowedModels::Only(models));
        let member = passed.member.into_owned();
        is_same_conversation(&member, conversation).then_some((member, passed.repaired))
    });
    kept.unwrap_or_else(|| (rebuild_member(conversation, keys), 1))
}

/// Whether a member reads as the conversation, title and texts.
fn is_same_conversation(member: &str, wanted: &Conversation) -> bool {
    let Some(value) = value_start(member).and_then(|at| member.get(at..)) else {
        return false;
    };
    let read = read::conversation(value, &wanted.id, 0..value.len());
    let mut both = read.messages.iter().zip(&wanted.messages);
    read.title == wanted.title
        && read.messages.len() == wanted.messages.len()
        && both.all(|(a, b)| a.role == b.role && a.text == b.text)
}

/// A conversation as the web app writes one, without the indent of its key.
#[must_use]
pub fn rebuild_member(conversation: &Conversation, keys: NewMessageKeys) -> String {
    record::conversation_json(conversation, keys).trim_start().to_owned()
}

/// The names of models a record holds.
#[must_use]
pub fn model_names(stored: &str) -> Vec<String> {
    let found = || -> Option<Vec<String>> {
        let value = stored.get(value_start(stored)?..)?;
        let list = RecordRanges::at(value, 0..value.len()).ok()?.messages?;
        let mut names = Vec::new();
        for message in elements(value, list).ok()? {
            for member in members(value, message).unwrap_or_default() {
                let raw = value.get(member.value.clone())?;
                if raw.starts_with('"') && is_key(raw_key(value, &member.key)?, "model") {
                    names.push(decode_string(raw));
                }
            }
        }
        Some(names)
    };
    found().unwrap_or_default()
}

/// Where the value of a member begins.
fn value_start(member: &str) -> Option<usize> {
    let object = format!("{{{member}}}");
    let found = members(&object, 0..object.len()).ok()?;
    found.first().and_then(|only| only.value.start.checked_sub(1))
}

/// What has to change in a record, in order.
fn normalizing_edits(text: &str, models: &[String]) -> Option<Vec<ByteEdit>> {
    let record = RecordRanges::at(text, 0..text.len()).ok()?;
    let mut edits = Vec::new();
    if let Some(data) = &record.data {
        for member in members(text, data.clone()).ok()? {
            if is_key(raw_key(text, &member.key)?, "created_at") {
                edits.extend(whole_second_edit(text, member.value));
            }
        }
    }
    edits.extend(record.last_update.and_then(|at| whole_second_edit(text, at)));
    for message in record.messages.map_or(Some(Vec::new()), |list| elements(text, list).ok())? {
        for member in members(text, message).ok()? {
            let key = raw_key(text, &member.key)?;
            let value = text.get(member.value.clone())?;
            let good = if is_key(key, "timestamp") {
                edits.extend(whole_second_edit(text, member.value.clone()));
                true
            } else if is_key(key, "model") {
                is_null_or_text(value, |name| models.iter().any(|known| known == name))
            } else if is_key(key, "reasoning_level") {
                is_null_or_text(value, record::is_known_level)
            } else if is_key(key, "reasoning_data") {
                value == "null" || format_reasoning(value, 0).is_some()
            } else {
                true
            };
            if !good {
                edits.push(ByteEdit { range: member.value, replacement: "null".to_owned() });
            }
        }
    }
    edits.sort_by_key(|edit| edit.range.start);
    Some(edits)
}

fn raw_key<'a>(text: &'a str, key: &std::ops::Range<usize>) -> Option<&'a [u8]> {
    text.as_bytes().get(key.start.saturating_add(1)..key.end.saturating_sub(1))
}

fn is_null_or_text(value: &str, good: impl Fn(&str) -> bool) -> bool {
    value == "null" || serde_json::from_str::<String>(value).is_ok_and(|text| good(&text))
}

/// A time that is no whole number becomes one.
fn whole_second_edit(text: &str, at: std::ops::Range<usize>) -> Option<ByteEdit> {
    let raw = text.get(at.clone())?;
    if raw.parse::<i64>().is_ok() {
        return None;
    }
    parse_time(raw).map(|time| ByteEdit { range: at, replacement: time.seconds().to_string() })
}

/// Whether something is left to take: a record that cannot be read is told, not guessed at.
#[must_use]
pub fn damage_reason(conversation: &Conversation) -> Option<&str> {
    match &conversation.readability {
        Readability::Whole | Readability::NotStoredLocally => None,
        Readability::Damaged(reason) => Some(reason),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::ConversationId;

    fn tidied(value: &str, models: &[&str]) -> String {
        let models: Vec<String> = models.iter().map(|it| (*it).to_owned()).collect();
        let id = ConversationId::new("a");
        let conversation = read::conversation(value, &id, 0..value.len());
        let stored = format!("\"a\" : {value}");
        normalize_member(&stored, &conversation, &models, NewMessageKeys::Eight).0
    }

    #[test]
    fn a_good_record_keeps_every_byte() {
        let value = r#"{"data": {"id": "a", "created_at": 1, "metadata": {"x": 1E2}, "object": "conversation"}, "chat_name": "T", "last_update": 2, "messages": [ {"role": "user", "text": "t", "timestamp": 2, "response_id": null, "reasoning_data": {"n": NINES}, "model": "gpt-5.4"} ], "last_response_id": null, "odd": 1.50}"#;
        let value = &value.replace("NINES", &"9".repeat(4000));
        assert_eq!(tidied(value, &["gpt-5.4"]), format!("\"a\" : {value}"));
        // A model this file's web app has never written may be one it does not know.
        assert_eq!(tidied(value, &[]), format!("\"a\" : {}", value.replace("\"gpt-5.4\"", "null")));
        let half = value.replace("1E2", "\"\\ud83d\\ud83d\"");
        assert!(
            tidied(&half, &[]).contains("{\"x\": \"\u{fffd}\u{fffd}\"}"),
            "it could not be saved"
        );
        let pair = value.replace("1E2", "\"\\ud83d\\ude00 \\\\ud83d\"");
        assert_eq!(tidied(&pair, &["gpt-5.4"]), format!("\"a\" : {pair}"));
        assert_eq!(model_names(&format!("\"a\" : {value}")), ["gpt-5.4"]);
    }

    #[test]
    fn what_the_web_app_would_reject_the_file_for_is_put_right_in_place() {
        let value = r#"{"data": {"id": "a", "created_at": 1.5, "metadata": {}}, "chat_name": "T", "last_update": "2", "assistant_id": "x", "messages": [{"role": "user", "text": "t", "timestamp": 3.75, "reasoning_level": "xhigh", "reasoning_data": {"timestamp": null}}]}"#;
        let wanted = r#""a" : {"data": {"id": "a", "created_at": 1, "metadata": {}}, "chat_name": "T", "last_update": 2, "assistant_id": "x", "messages": [{"role": "user", "text": "t", "timestamp": 3, "reasoning_level": null, "reasoning_data": null}]}"#;
        assert_eq!(tidied(value, &[]), wanted);
    }

    #[test]
    fn what_is_beyond_that_is_put_right_at_the_gate() {
        for value in [
            r#"{"chat_name": "T", "last_update": 2, "messages": [{"role": "user", "text": "hello"}]}"#,
            r#"{"data": {"id": "a", "created_at": 1, "metadata": null}, "chat_name": "T", "last_update": 2, "messages": [{"role": "user", "text": "hello", "timestamp": 1}]}"#,
            r#"{"data": {"id": "a", "created_at": 1}, "chat_name": "T", "last_update": 2, "messages": [{"role": "user", "text": "hello", "timestamp": 1, "response_id": 7}]}"#,
        ] {
            let new = tidied(value, &[]);
            assert!(new.contains("\"text\": \"hello\""), "{new}");
            assert!(new.contains("\"chat_name\": \"T\", \"last_update\": 2, \"messages\": ["));
            let passed =
                sanitize::sanitize(&ConversationId::new("a"), &new, AllowedModels::Only(&[]));
            assert_eq!(passed.repaired, 0);
        }
    }
}
