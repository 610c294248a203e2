//! The next version of the file, made by applying changes one after the other to the one there is.
//! Must not write anything: a draft that is dropped leaves no trace.

use std::collections::HashMap;
use std::sync::Arc;

use crate::chat::{Change, Conversation, ConversationId};

use crate::store::index::{Entry, Index};
use crate::store::json::edit::{self, Piece};
use crate::store::records::edits::check;
use crate::store::records::edits::layout::{MemberEdit, NewMember};
use crate::store::records::edits::patch::{self, Patched, patch};
use crate::store::records::edits::record::{self, Keys};
use crate::store::records::read;
use crate::store::records::sanitize::{self, Models};

/// Gives the text of a record that the draft needs; `None` where the file is not what its table of
/// contents says.
pub trait Records {
    /// What can go wrong when the file is read.
    type Error;

    /// The text of a record's value.
    ///
    /// # Errors
    /// When it cannot be read.
    fn value(&mut self, entry: &Entry) -> Result<Option<String>, Self::Error>;
}

/// Why a change cannot be applied.
#[derive(Debug)]
pub enum Refused<E> {
    /// The conversation is not there.
    Missing(ConversationId),
    /// The conversation is not as it was when the change was decided.
    Outdated,
    /// The record leaves no place for the change; why.
    Damaged(String),
    /// What came of it would not be read back as it was meant, or not be taken by the web app; why.
    Check(String),
    /// The file is not what its table of contents says.
    Unreadable,
    /// The file could not be read.
    Io(E),
}

/// What a change did to a draft.
#[derive(Debug)]
pub struct Applied {
    /// The text of the record before; `None` where there was none.
    pub before: Option<Arc<str>>,
    /// Whether the draft is another one now.
    pub changed: bool,
}

/// The next version of the file.
#[derive(Debug)]
pub struct Draft<'a> {
    index: &'a Index,
    keys: Keys,
    touched: HashMap<ConversationId, Touched>,
    /// Conversations in the order in which they were first touched.
    order: Vec<ConversationId>,
    /// Where the records of each conversation stand; made once many are asked for.
    places: Option<HashMap<&'a ConversationId, Vec<usize>>>,
}

/// Where the records of a conversation stand, and the text of the one that counts.
type Found = (Vec<usize>, Option<String>);

/// Up to this many conversations are looked for one by one.
const FEW: usize = 4;

/// A conversation that a change was about.
#[derive(Debug, Clone)]
struct Touched {
    /// Where its records stand in the file; the last is the one that counts.
    places: Vec<usize>,
    now: Option<Now>,
    changed: bool,
}

/// The record of a conversation in the draft.
#[derive(Debug, Clone)]
struct Now {
    value: Arc<str>,
    new: Option<New>,
}

/// Where a record that is not in the file yet goes.
#[derive(Debug, Clone)]
struct New {
    /// Its key and everything up to the value.
    key: String,
    before: Option<ConversationId>,
}

impl<'a> Draft<'a> {
    /// A draft that is the file as it is.
    #[must_use]
    pub fn of(index: &'a Index) -> Self {
        let (touched, order) = (HashMap::new(), Vec::new());
        Self { index, keys: patch::keys(index), touched, order, places: None }
    }

    /// Applies a change; a refused one leaves the draft as it was.
    ///
    /// # Errors
    /// With why it cannot be applied.
    pub fn apply<R: Records>(
        &mut self,
        change: &Change,
        records: &mut R,
    ) -> Result<Applied, Refused<R::Error>> {
        let id = change.conversation();
        let before = self.touch(id, records)?;
        let now = match change {
            Change::Create { .. } | Change::Restore { .. } if before.is_some() => None,
            Change::Create { title, at, .. } => {
                Some(Self::created(record::conversation(id, title, *at).trim_start(), None)?)
            }
            Change::Restore { member, before, .. } => {
                let member = sanitize::pass(id, member, Models::Any).member;
                Some(Self::created(&member, before.clone())?)
            }
            Change::Delete { .. } => {
                return Ok(self.delete(id, before));
            }
            Change::Append { .. }
            | Change::Rename { .. }
            | Change::Insert { .. }
            | Change::Withdraw { .. }
            | Change::ReplaceTail { .. } => self.patched(change, before.as_deref())?,
        };
        let Some(now) = now else { return Ok(Applied { before, changed: false }) };
        check::check(Some(&now.value), change).map_err(Refused::Check)?;
        let old = before.as_deref().unwrap_or_default();
        check::judge(old, &now.value, change).map_err(Refused::Check)?;
        if let Some(touched) = self.touched.get_mut(id) {
            (touched.now, touched.changed) = (Some(now), true);
        }
        Ok(Applied { before, changed: true })
    }

    /// Applies changes of one conversation together or not at all.
    ///
    /// # Errors
    /// With why one of them cannot be applied; the draft is as it was then.
    pub fn apply_all<R: Records>(
        &mut self,
        changes: &[Change],
        records: &mut R,
    ) -> Result<Vec<Applied>, Refused<R::Error>> {
        let saved: Vec<_> = changes
            .iter()
            .map(Change::conversation)
            .map(|id| (id.clone(), self.touched.get(id).cloned()))
            .collect();
        let applied = changes.iter().map(|change| self.apply(change, records)).collect();
        if Result::is_err(&applied) {
            for (id, before) in saved.into_iter().rev() {
                match before {
                    Some(before) => self.touched.insert(id, before),
                    None => self.touched.remove(&id),
                };
            }
        }
        applied
    }

    /// The text of a conversation's record as it is in the draft; `None` where it has none.
    ///
    /// # Errors
    /// When the file cannot be read, or is not what its table of contents says.
    pub fn value<R: Records>(
        &mut self,
        id: &ConversationId,
        records: &mut R,
    ) -> Result<Option<Arc<str>>, Refused<R::Error>> {
        self.touch(id, records)
    }

    /// A conversation as it is in the draft.
    ///
    /// # Errors
    /// When the file cannot be read, or is not what its table of contents says.
    pub fn conversation<R: Records>(
        &mut self,
        id: &ConversationId,
        records: &mut R,
    ) -> Result<Option<Conversation>, Refused<R::Error>> {
        let text = match self.touched.get(id) {
            Some(touched) => touched.now.as_ref().map(|now| Arc::clone(&now.value)),
            // Only what is changed is held in memory.
            None => self.read(id, records)?.1.map(Arc::from),
        };
        Ok(text.map(|text| read::conversation(&text, id, 0..text.len())))
    }

    /// What has to happen to the members of the file.
    #[must_use]
    pub fn into_edits(mut self) -> Vec<MemberEdit> {
        let mut edits = Vec::new();
        for id in std::mem::take(&mut self.order) {
            let Some(touched) = self.touched.remove(&id).filter(|it| it.changed) else { continue };
            match touched.now {
                Some(Now { value, new: None }) => {
                    let place = touched.places.last().copied();
                    edits.extend(place.map(|place| MemberEdit::Value(place, value.to_string())));
                }
                Some(Now { value, new: Some(New { key, before }) }) => {
                    edits.extend(touched.places.into_iter().map(MemberEdit::Remove));
                    let slot = before.and_then(|id| self.places_of(&id).last().copied());
                    let slot = slot.unwrap_or(self.index.entries.len());
                    let new = NewMember::of(format!("{key}{value}"));
                    edits.extend(new.map(|new| MemberEdit::Insert(slot, new)));
                }
                None => edits.extend(touched.places.into_iter().map(MemberEdit::Remove)),
            }
        }
        edits
    }

    /// Reads the record of a conversation into the draft; its text there.
    fn touch<R: Records>(
        &mut self,
        id: &ConversationId,
        records: &mut R,
    ) -> Result<Option<Arc<str>>, Refused<R::Error>> {
        if let Some(touched) = self.touched.get(id) {
            return Ok(touched.now.as_ref().map(|now| now.value.clone()));
        }
        let (places, value) = self.read(id, records)?;
        let value: Option<Arc<str>> = value.map(Arc::from);
        let now = value.clone().map(|value| Now { value, new: None });
        self.touched.insert(id.clone(), Touched { places, now, changed: false });
        self.order.push(id.clone());
        Ok(value)
    }

    /// Reads a record from the file: where it stands, and the text of its value.
    fn read<R: Records>(
        &mut self,
        id: &ConversationId,
        records: &mut R,
    ) -> Result<Found, Refused<R::Error>> {
        let places = self.places_of(id);
        let Some(entry) = places.last().and_then(|place| self.index.entries.get(*place)) else {
            return Ok((places, None));
        };
        let value = records.value(entry).map_err(Refused::Io)?;
        Ok((places, Some(value.ok_or(Refused::Unreadable)?)))
    }

    fn places_of(&mut self, id: &ConversationId) -> Vec<usize> {
        let entries = self.index.entries.iter().enumerate();
        if self.order.len() < FEW {
            return entries.filter(|(_, entry)| entry.id == *id).map(|(place, _)| place).collect();
        }
        let places = self.places.get_or_insert_with(|| {
            let mut places: HashMap<&ConversationId, Vec<usize>> = HashMap::new();
            for (place, entry) in entries {
                places.entry(&entry.id).or_default().push(place);
            }
            places
        });
        places.get(id).cloned().unwrap_or_default()
    }

    fn created<E>(member: &str, before: Option<ConversationId>) -> Result<Now, Refused<E>> {
        let new = NewMember::of(member.to_owned());
        let new = new.and_then(|new| match new.text {
            Piece::Text(text) => {
                text.split_at_checked(new.entry.value.start).map(|(key, value)| {
                    let new = New { key: key.to_owned(), before };
                    Now { value: Arc::from(value), new: Some(new) }
                })
            }
            Piece::Other(_) => None,
        });
        new.ok_or_else(|| Refused::Check("the record is not one JSON member".to_owned()))
    }

    fn delete(&mut self, id: &ConversationId, before: Option<Arc<str>>) -> Applied {
        let changed = before.is_some();
        if let Some(touched) = self.touched.get_mut(id).filter(|_| changed) {
            (touched.now, touched.changed) = (None, true);
        }
        Applied { before, changed }
    }

    fn patched<E>(&self, change: &Change, before: Option<&str>) -> Result<Option<Now>, Refused<E>> {
        let before = before.ok_or_else(|| Refused::Missing(change.conversation().clone()))?;
        match patch(before, self.keys, change) {
            Patched::Edits(edits) => {
                let value = Arc::from(edit::apply(before, &edits));
                let touched = self.touched.get(change.conversation());
                let new = touched.and_then(|it| it.now.as_ref()).and_then(|now| now.new.clone());
                Ok(Some(Now { value, new }))
            }
            Patched::Same => Ok(None),
            Patched::Outdated => Err(Refused::Outdated),
            Patched::Damaged(reason) => Err(Refused::Damaged(reason)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::chat::{Block, Fingerprint, Message, ResponseId, Timestamp};
    use crate::store::json::edit::splice;
    use crate::store::records::edits::layout::lay_out;
    use proptest::prelude::*;

    struct Text<'a>(&'a str);

    impl Records for Text<'_> {
        type Error = Infallible;

        fn value(&mut self, entry: &Entry) -> Result<Option<String>, Infallible> {
            Ok(self.0.get(entry.value.clone()).map(str::to_owned))
        }
    }

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn id(text: &str) -> ConversationId {
        ConversationId::new(text)
    }

    /// The text after changes that take effect together.
    fn applied_all(text: &str, changes: &[Change]) -> Result<String, Refused<Infallible>> {
        let index = Index::of(text).unwrap();
        let mut draft = Draft::of(&index);
        for change in changes {
            draft.apply(change, &mut Text(text))?;
        }
        let (splices, after) = lay_out(&index, draft.into_edits());
        let new = splice(text, &splices);
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
        assert_eq!(gone("x"), text);
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
                if let Ok(new) = applied_all(&text, std::slice::from_ref(&verb)) {
                    text = new;
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

        #[test]
        fn changes_that_take_effect_together_leave_what_they_leave_one_by_one(
            verbs in prop::collection::vec(verb(), 1..12), split in 0_usize..6
        ) {
            let (mut text, mut model) = ("{}".to_owned(), Vec::new());
            let mut together = Vec::new();
            let mut start = text.clone();
            for (place, mut verb) in verbs.into_iter().enumerate() {
                if place == split {
                    start.clone_from(&text);
                    together.clear();
                }
                aim(&mut verb, &model);
                if let Ok(new) = applied_all(&text, std::slice::from_ref(&verb)) {
                    text = new;
                    together.push(verb.clone());
                    verb.apply_to(&mut model);
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
}
