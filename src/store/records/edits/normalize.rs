//! A record of an imported file, in a form that every version of the web app accepts.
//! Must not lose text: a record that cannot be kept as it is is written anew.

use std::ops::Range;

use crate::chat::Conversation;

use crate::store::index::IndexEntry;
use crate::store::index::keys::{CREATED_AT, MODEL, REASONING_DATA, TIMESTAMP};
use crate::store::index::timestamp::parse_time;
use crate::store::json::edit::{self, ByteEdit};
use crate::store::json::{Member, decode_string, elements, is_key, members};
use crate::store::records::edits::reasoning::format_reasoning;
use crate::store::records::edits::record::{NewMessageKeys, conversation_json};
use crate::store::records::read::{self, RecordRanges};
use crate::store::records::sanitize::{self, AllowedModels, SanitizedRecord};

/// The member with only those values changed that a web app would reject the file for; `models` are
/// names the file holds already, so its web app knows them. A member that then no longer reads as
/// the conversation is written anew.
pub(super) fn normalize_member<'a>(
    stored: &str,
    conversation: &Conversation,
    models: &[String],
    keys: NewMessageKeys,
) -> SanitizedRecord<'a> {
    let normalized = IndexEntry::of_member(stored).and_then(|entry| {
        let (key, value) = stored.split_at_checked(entry.value.start)?;
        let member = format!("{key}{}", edit::apply(value, &normalizing_edits(value, models)?));
        let SanitizedRecord { member, repaired } =
            sanitize::sanitize(&conversation.id, &member, AllowedModels::Only(models));
        let is_same = is_same_conversation(&member, conversation);
        is_same.then(|| SanitizedRecord { member: member.into_owned().into(), repaired })
    });
    normalized.unwrap_or_else(|| SanitizedRecord {
        member: conversation_json(conversation, keys).into(),
        repaired: 1,
    })
}

/// Whether a member reads as the conversation, title and texts.
fn is_same_conversation(member: &str, wanted: &Conversation) -> bool {
    let Some(entry) = IndexEntry::of_member(member) else { return false };
    let read = read::conversation(member, &wanted.id, entry.value);
    let mut both = read.messages.iter().zip(&wanted.messages);
    read.title.stored() == wanted.title.stored()
        && read.messages.len() == wanted.messages.len()
        && both.all(|(a, b)| a.role == b.role && a.text == b.text)
}

/// The names of models a member holds.
pub(crate) fn model_names(stored: &str) -> Vec<String> {
    let Some(entry) = IndexEntry::of_member(stored) else { return Vec::new() };
    let record = RecordRanges::at(stored, entry.value).unwrap_or_default();
    let members = message_members(stored, record.messages).unwrap_or_default();
    let model = |member: Member| {
        let raw = stored.get(member.value)?;
        let is_name = raw.starts_with('"') && is_named(stored, &member.key, MODEL);
        is_name.then(|| decode_string(raw))
    };
    members.into_iter().filter_map(model).collect()
}

/// The members of all messages of a list.
fn message_members(text: &str, list: Option<Range<usize>>) -> Option<Vec<Member>> {
    let mut all = Vec::new();
    for message in list.map_or(Some(Vec::new()), |list| elements(text, list).ok())? {
        all.extend(members(text, message).ok()?);
    }
    Some(all)
}

/// What has to change in a record, in order.
fn normalizing_edits(text: &str, models: &[String]) -> Option<Vec<ByteEdit>> {
    let record = RecordRanges::at(text, 0..text.len()).ok()?;
    let mut times = Vec::from_iter(record.last_update);
    if let Some(data) = record.data {
        let data = members(text, data).ok()?.into_iter();
        times.extend(data.filter(|at| is_named(text, &at.key, CREATED_AT)).map(|at| at.value));
    }
    let mut edits = Vec::new();
    for Member { key, value } in message_members(text, record.messages)? {
        let is = |name| is_named(text, &key, name);
        let raw = text.get(value.clone())?;
        let is_good = if is(TIMESTAMP) {
            times.push(value.clone());
            true
        } else if is(MODEL) {
            raw == "null"
                || serde_json::from_str(raw).is_ok_and(|name: String| models.contains(&name))
        } else {
            !is(REASONING_DATA) || raw == "null" || format_reasoning(raw, 0).is_some()
        };
        if !is_good {
            edits.push(ByteEdit { range: value, replacement: "null".to_owned() });
        }
    }
    edits.extend(times.into_iter().filter_map(|at| whole_second_edit(text, at)));
    edits.sort_by_key(|edit| edit.range.start);
    Some(edits)
}

/// Whether the key at a range, quotes included, spells a name.
fn is_named(text: &str, key: &Range<usize>, name: &str) -> bool {
    let quoted = text.get(key.clone()).unwrap_or_default().as_bytes();
    quoted.get(1..quoted.len().saturating_sub(1)).is_some_and(|raw| is_key(raw, name))
}

/// Cuts a time that is no whole number to one.
fn whole_second_edit(text: &str, at: Range<usize>) -> Option<ByteEdit> {
    let raw = text.get(at.clone())?;
    if raw.parse::<i64>().is_ok() {
        return None;
    }
    parse_time(raw).map(|time| ByteEdit { range: at, replacement: time.seconds().to_string() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chat::ConversationId;

    fn normalized(value: &str, models: &[&str]) -> String {
        let models: Vec<String> = models.iter().map(|name| (*name).to_owned()).collect();
        let id = ConversationId::new("a");
        let conversation = read::conversation(value, &id, 0..value.len());
        let stored = format!("\"a\" : {value}");
        normalize_member(&stored, &conversation, &models, NewMessageKeys::Eight).member.into_owned()
    }

    #[test]
    fn a_good_record_keeps_every_byte() {
        let value = r#"{"data": {"id": "a", "created_at": 1, "metadata": {"x": 1E2}, "object": "conversation"}, "chat_name": "T", "last_update": 2, "messages": [ {"role": "user", "text": "t", "timestamp": 2, "response_id": null, "reasoning_data": {"n": NINES}, "model": "gpt-5.4"} ], "last_response_id": null, "odd": 1.50}"#;
        let value = &value.replace("NINES", &"9".repeat(4000));
        assert_eq!(normalized(value, &["gpt-5.4"]), format!("\"a\" : {value}"));
        // A model this file's web app has never written may be one it does not know.
        assert_eq!(
            normalized(value, &[]),
            format!("\"a\" : {}", value.replace("\"gpt-5.4\"", "null"))
        );
        let half = value.replace("1E2", "\"\\ud83d\\ud83d\"");
        assert!(
            normalized(&half, &[]).contains("{\"x\": \"\u{fffd}\u{fffd}\"}"),
            "it could not be saved"
        );
        let pair = value.replace("1E2", "\"\\ud83d\\ude00 \\\\ud83d\"");
        assert_eq!(normalized(&pair, &["gpt-5.4"]), format!("\"a\" : {pair}"));
        assert_eq!(model_names(&format!("\"a\" : {value}")), ["gpt-5.4"]);
    }

    #[test]
    fn values_the_web_app_would_reject_are_repaired_in_place() {
        let value = r#"{"data": {"id": "a", "created_at": 1.5, "metadata": {}}, "chat_name": "T", "last_update": "2", "assistant_id": "x", "messages": [{"role": "user", "text": "t", "timestamp": 3.75, "reasoning_level": "xhigh", "reasoning_data": {"timestamp": null}}]}"#;
        let wanted = r#""a" : {"data": {"id": "a", "created_at": 1, "metadata": {}}, "chat_name": "T", "last_update": 2, "assistant_id": "x", "messages": [{"role": "user", "text": "t", "timestamp": 3, "reasoning_level": null, "reasoning_data": null}]}"#;
        assert_eq!(normalized(value, &[]), wanted);
    }

    #[test]
    fn other_faults_are_repaired_by_sanitize() {
        for value in [
            r#"{"chat_name": "T", "last_update": 2, "messages": [{"role": "user", "text": "hello"}]}"#,
            r#"{"data": {"id": "a", "created_at": 1, "metadata": null}, "chat_name": "T", "last_update": 2, "messages": [{"role": "user", "text": "hello", "timestamp": 1}]}"#,
            r#"{"data": {"id": "a", "created_at": 1}, "chat_name": "T", "last_update": 2, "messages": [{"role": "user", "text": "hello", "timestamp": 1, "response_id": 7}]}"#,
        ] {
            let new = normalized(value, &[]);
            assert!(new.contains("\"text\": \"hello\""), "{new}");
            assert!(new.contains("\"chat_name\": \"T\", \"last_update\": 2, \"messages\": ["));
            let passed =
                sanitize::sanitize(&ConversationId::new("a"), &new, AllowedModels::Only(&[]));
            assert_eq!(passed.repaired, 0);
        }
    }
}
