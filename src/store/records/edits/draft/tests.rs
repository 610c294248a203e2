//! Changes applied to whole files: what they do to the text they do to the conversations.

use std::ops::Range;
use std::path::PathBuf;

use super::*;
use crate::chat::{Fingerprint, Message, MessageBlock, ResponseId, Timestamp};
use crate::store::index::IndexEntry;
use crate::store::json::edit::apply_splices;
use crate::store::json::elements;
use crate::store::records::edits::layout::lay_out;
use crate::store::records::read;
use crate::store::records::record_text::Omitted;
use proptest::prelude::*;

struct FileText<'a>(&'a str);

impl RecordSource for FileText<'_> {
    fn path(&self) -> PathBuf {
        PathBuf::new()
    }

    fn read_value(&self, entry: &IndexEntry, _: Extent) -> Result<RecordText, VersionError> {
        let text = self.0.get(entry.value.clone()).ok_or(VersionError::Stale)?;
        Ok(RecordText::from(text.to_owned()))
    }

    fn read_text(&self, range: Range<usize>) -> Result<String, VersionError> {
        self.0.get(range).map(str::to_owned).ok_or(VersionError::Stale)
    }
}

/// The same file, of which only the last message of a conversation is read where that is enough.
struct EndText<'a>(&'a str);

impl RecordSource for EndText<'_> {
    fn path(&self) -> PathBuf {
        PathBuf::new()
    }

    fn read_value(&self, entry: &IndexEntry, extent: Extent) -> Result<RecordText, VersionError> {
        let list = entry.message_list.clone().unwrap_or_default();
        let all = elements(self.0, list.clone()).unwrap_or_default();
        let is_whole = extent == Extent::Whole || all.len() != entry.summary.message_count;
        let Some(end) = all.last().filter(|_| !is_whole) else {
            return FileText(self.0).read_value(entry, extent);
        };
        let (before, value) = (list.start + 1..end.start, &entry.value);
        let text = [&self.0[value.start..before.start], &self.0[before.end..value.end]].concat();
        let at = before.start - value.start;
        let (messages, keys) = (all.len() - 1, entry.message_keys);
        Ok(RecordText::without(text, Omitted { at, range: before, messages, keys }))
    }

    fn read_text(&self, range: Range<usize>) -> Result<String, VersionError> {
        FileText(self.0).read_text(range)
    }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

fn id(text: &str) -> ConversationId {
    ConversationId::new(text)
}

/// The text after changes that take effect together, however much of the records is read.
fn applied_all(text: &str, changes: &[Change]) -> Result<String, VersionError> {
    let new = applied_with(text, changes, FileText(text));
    let from_end = applied_with(text, changes, EndText(text));
    assert_eq!(new.as_ref().ok(), from_end.as_ref().ok(), "{changes:?}");
    new
}

fn applied_with(
    text: &str,
    changes: &[Change],
    records: impl RecordSource,
) -> Result<String, VersionError> {
    let index = Index::of(text).unwrap();
    let mut draft = FileDraft::of(&index, records);
    for change in changes {
        draft.apply(change)?;
    }
    let (splices, after) = lay_out(&index, draft.into_batch().edits);
    let new = apply_splices(text, &splices);
    assert_eq!(after, Index::of(&new).unwrap(), "{new}");
    Ok(new)
}

fn applied(text: &str, change: &Change) -> String {
    applied_all(text, std::slice::from_ref(change)).unwrap()
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
    let pretty =
        serde_json::to_string_pretty(&serde_json::from_str::<serde_json::Value>(&text).unwrap());
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
    let without = |name: &str| applied(text, &Change::Delete { id: id(name) });
    assert_eq!(without("a"), r#"{"b": 2, "c": 4}"#);
    assert_eq!(without("b"), r#"{"a": 1, "a": 3, "c": 4}"#);
    assert_eq!(without("c"), r#"{"a": 1, "b": 2, "a": 3}"#);
    assert_eq!(applied("{\"a\": 1}\n", &Change::Delete { id: id("a") }), "{}\n");
    assert_eq!(without("x"), text);
}

fn any_change() -> impl Strategy<Value = Change> {
    let name = prop::sample::select(vec!["a", "b", "c \"quoted\"", "名"]);
    let words = prop::sample::select(vec!["", "x", "line\nline", "\u{0}\u{7f}\"\\", "😀"]);
    let many = 0_usize..5;
    (name, words, 0_u8..9, 0_i64..100, many).prop_map(
        |(name, words, which, time, many)| match which {
            0 => Change::Create { id: id(name), title: words.into(), at: at(time) },
            1 => Change::Append { id: id(name), message: Message::question(words, at(time)) },
            2 => {
                let response = Some(ResponseId::new(format!("resp_{time}")));
                Change::Append { id: id(name), message: Message::answer(words, at(time), response) }
            }
            3 => Change::Rename { id: id(name), title: words.into(), at: at(time) },
            4 | 5 => {
                let messages =
                    vec![Message::question(words, at(time)), Message::answer("a", at(time), None)];
                let blocks = vec![
                    MessageBlock { predecessor: None, messages: messages.clone() },
                    MessageBlock {
                        predecessor: Some(Fingerprint::of(&messages[0])),
                        messages: messages[1..].to_vec(),
                    },
                    MessageBlock {
                        predecessor: None,
                        messages: vec![Message::question("first", at(0))],
                    },
                ];
                Change::Insert { id: id(name), blocks }
            }
            6 => Change::RemoveMessages {
                id: id(name),
                messages: vec![Message::question(words, at(time)); many],
            },
            7 => Change::ReplaceFrom {
                id: id(name),
                keep: many,
                removed: Vec::new(),
                messages: vec![Message::question(words, at(time)); 2],
                at: at(time),
            },
            _ => Change::Delete { id: id(name) },
        },
    )
}

/// Gives changes that take something away something that is there.
fn fill_removed(change: &mut Change, model: &[Conversation]) {
    let Some(chat) = model.iter().find(|chat| chat.id == *change.conversation()) else { return };
    match change {
        Change::ReplaceFrom { keep, removed, .. } => {
            *removed = chat.messages.get(*keep..).unwrap_or_default().to_vec();
        }
        Change::RemoveMessages { messages, .. } => {
            let many = messages.len();
            messages.extend(chat.messages.iter().step_by(2).take(many).cloned());
        }
        _ => {}
    }
}

fn read_all(text: &str) -> Vec<Conversation> {
    let index = Index::of(text).unwrap();
    let read = |entry: &IndexEntry| read::conversation(text, entry.id(), entry.value.clone());
    index.entries.iter().map(read).collect()
}

proptest! {
    #[test]
    fn a_change_does_to_the_text_what_it_does_to_the_conversations(
        changes in prop::collection::vec(any_change(), 1..25)
    ) {
        let mut text = "{}".to_owned();
        let mut model: Vec<Conversation> = Vec::new();
        for mut change in changes {
            let before = text.clone();
            fill_removed(&mut change, &model);
            let index = Index::of(&text).unwrap();
            if let Ok(new) = applied_all(&text, std::slice::from_ref(&change)) {
                text = new;
            }
            change.apply_to(&mut model);
            prop_assert_eq!(&read_all(&text), &model);
            // What the change is not about keeps its bytes.
            for entry in &index.entries {
                if *entry.id() != *change.conversation() {
                    prop_assert!(text.contains(&before[entry.member.clone()]));
                }
            }
            let value: serde_json::Value = serde_json::from_str(&text).unwrap();
            prop_assert_eq!(serde_json::to_string_pretty(&value).unwrap(), text.clone());
        }
    }

    #[test]
    fn changes_that_take_effect_together_leave_what_they_leave_one_by_one(
        changes in prop::collection::vec(any_change(), 1..12), split in 0_usize..6
    ) {
        let (mut text, mut model) = ("{}".to_owned(), Vec::new());
        let mut together = Vec::new();
        let mut start = text.clone();
        for (place, mut change) in changes.into_iter().enumerate() {
            if place == split {
                start.clone_from(&text);
                together.clear();
            }
            fill_removed(&mut change, &model);
            if let Ok(new) = applied_all(&text, std::slice::from_ref(&change)) {
                text = new;
                together.push(change.clone());
                change.apply_to(&mut model);
            }
        }
        let at_once = applied_all(&start, &together).unwrap();
        let in_order = |text: &str| {
            let mut all = read_all(text);
            all.sort_by(|a, b| a.id.cmp(&b.id));
            all
        };
        // A conversation that is made, removed and made again may end up in another place.
        prop_assert_eq!(in_order(&at_once), in_order(&text));
    }
}
