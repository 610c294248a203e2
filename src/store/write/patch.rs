//! Applies a verb to the text of the file: only the bytes that must change do.
//! May not read or write files.

use std::ops::Range;

use crate::chat::{Change, Conversation, ConversationId, Message, Role, Timestamp};

use super::super::doctor::gate::{self, Models};
use super::super::index::{Entry, Index};
use super::super::json::{elements, encode_string};
use super::super::read::{self, Record};
use super::edit::Edit;
use super::messages::{self, Refusal, Target};
use super::record::{self, Keys};

/// What a verb does to a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Patched {
    /// The edits that make it true, in order.
    Edits(Vec<Edit>),
    /// The verb is already true; nothing changes.
    Same,
    /// The conversation is not there.
    Missing,
    /// The conversation is not as it was when the change was decided.
    Outdated,
    /// The record leaves no place for the change; why.
    Damaged(String),
}

/// Applies a verb to a file whose table of contents is `index`. `text` is the value of the verb's
/// conversation as [`Index::entry`] finds it; where there is none it does not matter.
#[must_use]
pub fn patch(text: &str, index: &Index, change: &Change) -> Patched {
    match change {
        Change::Create { id, title, at } => create(index, id, title, *at),
        Change::Append { id, message } => {
            on_record(text, index, id, |record| append(text, index, record, message))
        }
        Change::Rename { id, title, at } => {
            on_record(text, index, id, |record| rename(record, title, *at))
        }
        Change::Delete { id } => delete(index, id),
        Change::Restore { id, member, before, .. } => {
            restore(index, id, &gate::pass(id, member, Models::Any).member, before.as_ref())
        }
        Change::Insert { id, blocks } => {
            on_messages(text, index, id, |target| messages::insert(target, blocks))
        }
        Change::Withdraw { id, messages } => {
            on_messages(text, index, id, |target| messages::withdraw(target, messages))
        }
        Change::ReplaceTail { id, keep, removed, messages, at } => {
            on_messages(text, index, id, |target| {
                messages::replace_tail(target, *keep, removed, messages, *at)
            })
        }
    }
}

fn create(index: &Index, id: &ConversationId, title: &str, at: Timestamp) -> Patched {
    if index.entry(id).is_some() {
        return Patched::Same;
    }
    let new = record::conversation(id, title, at);
    let edit = match index.entries.last() {
        Some(last) => Edit { range: last.member.end..last.member.end, with: format!(",\n{new}") },
        None => Edit { range: index.object.clone(), with: format!("{{\n{new}\n}}") },
    };
    Patched::Edits(vec![edit])
}

/// Puts a deleted record back, to the byte, before the one it stood before.
fn restore(
    index: &Index,
    id: &ConversationId,
    member: &str,
    before: Option<&ConversationId>,
) -> Patched {
    if index.entry(id).is_some() {
        return Patched::Same;
    }
    let next = before.and_then(|id| index.entry(id));
    let edit = match (next, index.entries.last()) {
        (Some(next), _) => {
            let start = next.member.start;
            Edit { range: start..start, with: format!("{member},\n  ") }
        }
        (None, Some(last)) => {
            let end = last.member.end;
            Edit { range: end..end, with: format!(",\n  {member}") }
        }
        (None, None) => Edit { range: index.object.clone(), with: format!("{{\n  {member}\n}}") },
    };
    Patched::Edits(vec![edit])
}

/// Reads the record's messages and applies the edits made for them.
fn on_messages(
    text: &str,
    index: &Index,
    id: &ConversationId,
    edits: impl FnOnce(&Target<'_>) -> Result<Vec<Edit>, Refusal>,
) -> Patched {
    let Some(entry) = index.entry(id) else {
        return Patched::Missing;
    };
    let record = match Record::at(text, 0..text.len()) {
        Ok(record) => record,
        Err(reason) => return Patched::Damaged(reason),
    };
    let before: Conversation = read::conversation(text, id, 0..text.len());
    let target = Target { text, record: &record, before: &before, keys: keys(index) };
    match edits(&target) {
        Ok(edits) if edits.is_empty() => Patched::Same,
        Ok(edits) => in_file(entry, edits),
        Err(Refusal::Outdated) => Patched::Outdated,
        Err(Refusal::Damaged(reason)) => Patched::Damaged(reason),
    }
}

/// Which keys a new message of this file carries.
pub(super) fn keys(index: &Index) -> Keys {
    if index.has_only_four_keys() { Keys::Four } else { Keys::Eight }
}

/// Finds the record and applies the edits made for it.
fn on_record(
    text: &str,
    index: &Index,
    id: &ConversationId,
    edits: impl FnOnce(&Record) -> Result<Vec<Edit>, String>,
) -> Patched {
    let Some(entry) = index.entry(id) else {
        return Patched::Missing;
    };
    match Record::at(text, 0..text.len()).and_then(|record| edits(&record)) {
        Ok(edits) => in_file(entry, edits),
        Err(reason) => Patched::Damaged(reason),
    }
}

/// Edits of a record's text as edits of the file, in order.
fn in_file(entry: &Entry, mut edits: Vec<Edit>) -> Patched {
    edits.sort_by_key(|edit| edit.range.start);
    Patched::Edits(edits.into_iter().map(|edit| edit.shifted(entry.value.start)).collect())
}

fn append(
    text: &str,
    index: &Index,
    found: &Record,
    message: &Message,
) -> Result<Vec<Edit>, String> {
    let new = record::message(message, keys(index));
    let mut edits = vec![update_time(found, message.timestamp)?];
    let chain = message.response_id.as_ref().filter(|_| message.role == Role::Assistant);
    let mut missing = String::new();
    if let Some(list) = &found.messages {
        edits.push(append_to_list(text, list.clone(), &new)?);
    } else {
        missing.push_str(",\n    \"messages\": [\n");
        missing.push_str(&new);
        missing.push_str("\n    ]");
    }
    let mut id = String::new();
    record::push_text(chain.map(crate::chat::ResponseId::as_str), &mut id);
    match (&found.last_response_id, chain) {
        (Some(range), Some(_)) => edits.push(Edit { range: range.clone(), with: id }),
        (Some(_), None) => {}
        (None, _) => {
            missing.push_str(",\n    \"last_response_id\": ");
            missing.push_str(&id);
        }
    }
    if !missing.is_empty() {
        let end = found.end_of_members.unwrap_or(text.len());
        edits.push(Edit { range: end..end, with: missing });
    }
    Ok(edits)
}

fn append_to_list(text: &str, list: Range<usize>, new: &str) -> Result<Edit, String> {
    let all = elements(text, list.clone()).map_err(|_| "its messages are not a list".to_owned())?;
    Ok(match all.last() {
        Some(end) => Edit { range: end.end..end.end, with: format!(",\n{new}") },
        None => Edit { range: list, with: format!("[\n{new}\n    ]") },
    })
}

fn rename(found: &Record, title: &str, at: Timestamp) -> Result<Vec<Edit>, String> {
    let name = found.chat_name.clone().ok_or("it has no title")?;
    let mut with = String::new();
    encode_string(title, &mut with);
    Ok(vec![Edit { range: name, with }, update_time(found, at)?])
}

fn update_time(found: &Record, at: Timestamp) -> Result<Edit, String> {
    let range = found.last_update.clone().ok_or("it has no time of its last update")?;
    Ok(Edit { range, with: at.seconds().to_string() })
}

/// Takes every record of that key out, each with the comma that belonged to it.
fn delete(index: &Index, id: &ConversationId) -> Patched {
    if index.entry(id).is_none() {
        return Patched::Same;
    }
    if index.entries.iter().all(|entry| entry.id == *id) {
        return Patched::Edits(vec![Edit { range: index.object.clone(), with: "{}".to_owned() }]);
    }
    let mut edits = Vec::new();
    let mut kept_before: Option<&Entry> = None;
    for (place, entry) in index.entries.iter().enumerate() {
        if entry.id != *id {
            kept_before = Some(entry);
            continue;
        }
        let next = index.entries.get(place.saturating_add(1));
        // From the end of what stands before to the end of the record, comma and white space
        // included; at the very front, up to the beginning of what follows.
        let range = match (kept_before, next) {
            (Some(_), _) => {
                let before = place.checked_sub(1).and_then(|at| index.entries.get(at));
                before.map_or(entry.member.start, |it| it.member.end)..entry.member.end
            }
            (None, Some(next)) => entry.member.start..next.member.start,
            (None, None) => entry.member.clone(),
        };
        edits.push(Edit { range, with: String::new() });
    }
    Patched::Edits(edits)
}

#[cfg(test)]
mod tests {
    use super::super::edit::apply;
    use super::*;
    use crate::chat::{Block, Fingerprint, ResponseId};
    use proptest::prelude::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn id(text: &str) -> ConversationId {
        ConversationId::new(text)
    }

    fn patched(text: &str, index: &Index, change: &Change) -> Patched {
        let entry = index.entry(change.conversation());
        patch(entry.map_or("", |entry| &text[entry.value.clone()]), index, change)
    }

    fn applied(text: &str, change: &Change) -> String {
        match patched(text, &Index::of(text).unwrap(), change) {
            Patched::Edits(edits) => apply(text, &edits),
            other => panic!("{other:?}"),
        }
    }

    fn create(name: &str) -> Change {
        Change::Create { id: id(name), title: "T".into(), at: at(1) }
    }

    fn ask(name: &str, text: &str) -> Change {
        Change::Append { id: id(name), message: Message::question(text, at(2)) }
    }

    #[test]
    fn the_first_conversation_of_an_empty_file_has_the_web_apps_layout() {
        let text = applied("{}", &create("a"));
        let pretty = serde_json::to_string_pretty(
            &serde_json::from_str::<serde_json::Value>(&text).unwrap(),
        );
        assert_eq!(pretty.unwrap(), text);
        assert_eq!(applied(&applied(&text, &create("b")), &Change::Delete { id: id("b") }), text);
    }

    #[test]
    fn a_record_without_messages_gets_a_list_and_a_whole_second() {
        let text = r#"{"t": {"data": {"id": "t", "created_at": 1, "metadata": {}, "object": "thread"}, "chat_name": "D", "last_update": 1707975128.009329, "assistant_id": "asst"}}"#;
        let text = applied(text, &ask("t", "again"));
        let index = Index::of(&text).unwrap();
        let read = read::conversation(&text, &id("t"), index.entries[0].value.clone());
        assert_eq!(read.messages, [Message::question("again", at(2))]);
        assert_eq!(read.last_update, at(2));
        assert!(text.contains("\"assistant_id\": \"asst\""));
        assert!(text.contains("\"last_response_id\": null"));
    }

    #[test]
    fn deleting_takes_every_record_of_the_key_and_only_those() {
        let text = r#"{"a": 1, "b": 2, "a": 3, "c": 4}"#;
        let gone = |name: &str| applied(text, &Change::Delete { id: id(name) });
        assert_eq!(gone("a"), r#"{"b": 2, "c": 4}"#);
        assert_eq!(gone("b"), r#"{"a": 1, "a": 3, "c": 4}"#);
        assert_eq!(gone("c"), r#"{"a": 1, "b": 2, "a": 3}"#);
        assert_eq!(applied("{\"a\": 1}\n", &Change::Delete { id: id("a") }), "{}\n");
        assert_eq!(
            patched(text, &Index::of(text).unwrap(), &Change::Delete { id: id("x") }),
            Patched::Same
        );
    }

    fn verb() -> impl Strategy<Value = Change> {
        let name = prop::sample::select(vec!["a", "b", "c \"quoted\"", "名"]);
        let words = prop::sample::select(vec!["", "x", "line\nline", "\u{0}\u{7f}\"\\", "😀"]);
        let many = 0_usize..5;
        (name, words, 0_u8..9, 0_i64..100, many).prop_map(|(name, words, which, time, many)| {
            match which {
                0 => Change::Create { id: id(name), title: words.into(), at: at(time) },
                1 => Change::Append { id: id(name), message: Message::question(words, at(time)) },
                2 => {
                    let response = Some(ResponseId::new(format!("resp_{time}")));
                    Change::Append {
                        id: id(name),
                        message: Message::answer(words, at(time), response),
                    }
                }
                3 => Change::Rename { id: id(name), title: words.into(), at: at(time) },
                4 | 5 => {
                    let messages = vec![
                        Message::question(words, at(time)),
                        Message::answer("a", at(time), None),
                    ];
                    let blocks = vec![
                        Block { behind: None, messages: messages.clone() },
                        Block {
                            behind: Some(Fingerprint::of(&messages[0])),
                            messages: messages[1..].to_vec(),
                        },
                        Block { behind: None, messages: vec![Message::question("first", at(0))] },
                    ];
                    Change::Insert { id: id(name), blocks }
                }
                6 => Change::Withdraw {
                    id: id(name),
                    messages: vec![Message::question(words, at(time)); many],
                },
                7 => Change::ReplaceTail {
                    id: id(name),
                    keep: many,
                    removed: Vec::new(),
                    messages: vec![Message::question(words, at(time)); 2],
                    at: at(time),
                },
                _ => Change::Delete { id: id(name) },
            }
        })
    }

    /// Gives verbs that take something away something that is there.
    fn aim(verb: &mut Change, model: &[Conversation]) {
        let Some(chat) = model.iter().find(|it| it.id == *verb.conversation()) else { return };
        match verb {
            Change::ReplaceTail { keep, removed, .. } => {
                *removed = chat.messages.get(*keep..).unwrap_or_default().to_vec();
            }
            Change::Withdraw { messages, .. } => {
                let many = messages.len();
                messages.extend(chat.messages.iter().step_by(2).take(many).cloned());
            }
            _ => {}
        }
    }

    fn read_all(text: &str) -> Vec<Conversation> {
        let index = Index::of(text).unwrap();
        let read = |entry: &Entry| read::conversation(text, &entry.id, entry.value.clone());
        index.entries.iter().map(read).collect()
    }

    proptest! {
        #[test]
        fn a_verb_does_to_the_text_what_it_does_to_the_conversations(
            verbs in prop::collection::vec(verb(), 1..25)
        ) {
            let mut text = "{}".to_owned();
            let mut model: Vec<Conversation> = Vec::new();
            for mut verb in verbs {
                let before = text.clone();
                aim(&mut verb, &model);
                let index = Index::of(&text).unwrap();
                if let Patched::Edits(edits) = patched(&text, &index, &verb) {
                    text = apply(&text, &edits);
                    let record = index.entry(verb.conversation());
                    let record = record.map_or("", |entry| &before[entry.value.clone()]);
                    prop_assert_eq!(
                        index.after(&edits, &verb, record).unwrap(),
                        Index::of(&text).unwrap()
                    );
                    // Whatever it is given, the web app would take what comes of it.
                    let new = Index::of(&text).unwrap();
                    let new = new.entry(verb.conversation()).map(|it| &text[it.value.clone()]);
                    if let Some(new) = new {
                        prop_assert_eq!(super::super::check::judge(record, new, &verb), Ok(()));
                    }
                }
                verb.apply_to(&mut model);
                prop_assert_eq!(&read_all(&text), &model);
                // What the verb is not about keeps its bytes.
                for entry in &index.entries {
                    if entry.id != *verb.conversation() {
                        prop_assert!(text.contains(&before[entry.member.clone()]));
                    }
                }
                let value: serde_json::Value = serde_json::from_str(&text).unwrap();
                prop_assert_eq!(serde_json::to_string_pretty(&value).unwrap(), text.clone());
            }
        }
    }
}
