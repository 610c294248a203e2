//! The next version of the file, made by applying changes one after the other to the one there is.
//! Must not write anything: a draft that is dropped leaves no trace.

use std::collections::HashMap;
use std::sync::Arc;

use crate::chat::{Change, Conversation, ConversationId};

use crate::store::index::{Index, IndexEntry};
use crate::store::json::edit::{self, Piece};
use crate::store::records::edits::check;
use crate::store::records::edits::layout::{MemberEdit, NewMember};
use crate::store::records::edits::patch::{self, PatchOutcome, patch};
use crate::store::records::edits::record::{self, NewMessageKeys};
use crate::store::records::read;
use crate::store::records::sanitize::{self, AllowedModels};

/// Gives the text of a record that the draft needs; `None` where the file is not what its table of
/// contents says.
pub trait RecordSource {
    /// What can go wrong when the file is read.
    type Error;

    /// The text of a record's value.
    ///
    /// # Errors
    /// When it cannot be read.
    fn read_value(&mut self, entry: &IndexEntry) -> Result<Option<String>, Self::Error>;
}

/// Why a change cannot be applied.
#[derive(Debug)]
pub enum DraftError<E> {
    /// The conversation is not there.
    Missing(ConversationId),
    /// The conversation is not as it was when the change was decided.
    Conflict,
    /// The record leaves no place for the change; why.
    Damaged(String),
    /// What came of it would not be read back as it was meant, or not be taken by the web app; why.
    VerificationFailed(String),
    /// The file is not what its table of contents says.
    StaleIndex,
    /// The file could not be read.
    Io(E),
}

/// What a change did to a draft.
#[derive(Debug)]
pub struct AppliedChange {
    /// The text of the record before; `None` where there was none.
    pub before: Option<Arc<str>>,
    /// Whether the draft is another one now.
    pub is_changed: bool,
}

/// The next version of the file.
#[derive(Debug)]
pub struct FileDraft<'a> {
    index: &'a Index,
    keys: NewMessageKeys,
    conversations: HashMap<ConversationId, DraftConversation>,
    /// Conversations in the order in which they were first touched.
    load_order: Vec<ConversationId>,
    /// Where the records of each conversation stand; made once many are asked for.
    positions: Option<HashMap<&'a ConversationId, Vec<usize>>>,
}

/// Where the records of a conversation stand, and the text of the one that counts.
type RecordLookup = (Vec<usize>, Option<String>);

/// Up to this many conversations are looked for one by one.
const MAX_LINEAR_LOOKUPS: usize = 4;

/// A conversation that a change was about.
#[derive(Debug, Clone)]
struct DraftConversation {
    /// Where its records stand in the file; the last is the one that counts.
    positions: Vec<usize>,
    record: Option<DraftRecord>,
    is_changed: bool,
}

/// The record of a conversation in the draft.
#[derive(Debug, Clone)]
struct DraftRecord {
    value: Arc<str>,
    insertion: Option<RecordInsertion>,
}

/// Where a record that is not in the file yet goes.
#[derive(Debug, Clone)]
struct RecordInsertion {
    /// Its key and everything up to the value.
    key_prefix: String,
    before: Option<ConversationId>,
}

impl<'a> FileDraft<'a> {
    /// A draft that is the file as it is.
    #[must_use]
    pub fn of(index: &'a Index) -> Self {
        let (touched, order) = (HashMap::new(), Vec::new());
        Self {
            index,
            keys: patch::new_message_keys(index),
            conversations: touched,
            load_order: order,
            positions: None,
        }
    }

    /// Applies a change; a refused one leaves the draft as it was.
    ///
    /// # Errors
    /// With why it cannot be applied.
    pub fn apply<R: RecordSource>(
        &mut self,
        change: &Change,
        records: &mut R,
    ) -> Result<AppliedChange, DraftError<R::Error>> {
        let id = change.conversation();
        let before = self.load(id, records)?;
        let now = match change {
            Change::Create { .. } | Change::Restore { .. } if before.is_some() => None,
            Change::Create { title, at, .. } => Some(Self::new_record(
                record::new_conversation_json(id, title, *at).trim_start(),
                None,
            )?),
            Change::Restore { member, before, .. } => {
                let member = sanitize::sanitize(id, member, AllowedModels::Any).member;
                Some(Self::new_record(&member, before.clone())?)
            }
            Change::Delete { .. } => {
                return Ok(self.delete(id, before));
            }
            Change::Append { .. }
            | Change::Rename { .. }
            | Change::Insert { .. }
            | Change::Withdraw { .. }
            | Change::ReplaceTail { .. } => self.patch_record(change, before.as_deref())?,
        };
        let Some(now) = now else { return Ok(AppliedChange { before, is_changed: false }) };
        check::verify_change(Some(&now.value), change).map_err(DraftError::VerificationFailed)?;
        let old = before.as_deref().unwrap_or_default();
        check::verify_acceptable(old, &now.value, change)
            .map_err(DraftError::VerificationFailed)?;
        if let Some(touched) = self.conversations.get_mut(id) {
            (touched.record, touched.is_changed) = (Some(now), true);
        }
        Ok(AppliedChange { before, is_changed: true })
    }

    /// Applies changes of one conversation together or not at all.
    ///
    /// # Errors
    /// With why one of them cannot be applied; the draft is as it was then.
    pub fn apply_all<R: RecordSource>(
        &mut self,
        changes: &[Change],
        records: &mut R,
    ) -> Result<Vec<AppliedChange>, DraftError<R::Error>> {
        let saved: Vec<_> = changes
            .iter()
            .map(Change::conversation)
            .map(|id| (id.clone(), self.conversations.get(id).cloned()))
            .collect();
        let applied = changes.iter().map(|change| self.apply(change, records)).collect();
        if Result::is_err(&applied) {
            for (id, before) in saved.into_iter().rev() {
                match before {
                    Some(before) => self.conversations.insert(id, before),
                    None => self.conversations.remove(&id),
                };
            }
        }
        applied
    }

    /// The text of a conversation's record as it is in the draft; `None` where it has none.
    ///
    /// # Errors
    /// When the file cannot be read, or is not what its table of contents says.
    pub fn value<R: RecordSource>(
        &mut self,
        id: &ConversationId,
        records: &mut R,
    ) -> Result<Option<Arc<str>>, DraftError<R::Error>> {
        self.load(id, records)
    }

    /// A conversation as it is in the draft.
    ///
    /// # Errors
    /// When the file cannot be read, or is not what its table of contents says.
    pub fn conversation<R: RecordSource>(
        &mut self,
        id: &ConversationId,
        records: &mut R,
    ) -> Result<Option<Conversation>, DraftError<R::Error>> {
        let text = match self.conversations.get(id) {
            Some(touched) => touched.record.as_ref().map(|now| Arc::clone(&now.value)),
            // Only what is changed is held in memory.
            None => self.read_record(id, records)?.1.map(Arc::from),
        };
        Ok(text.map(|text| read::conversation(&text, id, 0..text.len())))
    }

    /// What has to happen to the members of the file.
    #[must_use]
    pub fn into_edits(mut self) -> Vec<MemberEdit> {
        let mut edits = Vec::new();
        for id in std::mem::take(&mut self.load_order) {
            let Some(touched) = self.conversations.remove(&id).filter(|it| it.is_changed) else {
                continue;
            };
            match touched.record {
                Some(DraftRecord { value, insertion: None }) => {
                    let place = touched.positions.last().copied();
                    edits.extend(place.map(|place| MemberEdit::Value(place, value.to_string())));
                }
                Some(DraftRecord {
                    value,
                    insertion: Some(RecordInsertion { key_prefix: key, before }),
                }) => {
                    edits.extend(touched.positions.into_iter().map(MemberEdit::Remove));
                    let slot = before.and_then(|id| self.positions_of(&id).last().copied());
                    let slot = slot.unwrap_or(self.index.entries.len());
                    let new = NewMember::of(format!("{key}{value}"));
                    edits.extend(new.map(|new| MemberEdit::Insert(slot, new)));
                }
                None => edits.extend(touched.positions.into_iter().map(MemberEdit::Remove)),
            }
        }
        edits
    }

    /// Reads the record of a conversation into the draft; its text there.
    fn load<R: RecordSource>(
        &mut self,
        id: &ConversationId,
        records: &mut R,
    ) -> Result<Option<Arc<str>>, DraftError<R::Error>> {
        if let Some(touched) = self.conversations.get(id) {
            return Ok(touched.record.as_ref().map(|now| now.value.clone()));
        }
        let (places, value) = self.read_record(id, records)?;
        let value: Option<Arc<str>> = value.map(Arc::from);
        let now = value.clone().map(|value| DraftRecord { value, insertion: None });
        self.conversations.insert(
            id.clone(),
            DraftConversation { positions: places, record: now, is_changed: false },
        );
        self.load_order.push(id.clone());
        Ok(value)
    }

    /// Reads a record from the file: where it stands, and the text of its value.
    fn read_record<R: RecordSource>(
        &mut self,
        id: &ConversationId,
        records: &mut R,
    ) -> Result<RecordLookup, DraftError<R::Error>> {
        let places = self.positions_of(id);
        let Some(entry) = places.last().and_then(|place| self.index.entries.get(*place)) else {
            return Ok((places, None));
        };
        let value = records.read_value(entry).map_err(DraftError::Io)?;
        Ok((places, Some(value.ok_or(DraftError::StaleIndex)?)))
    }

    fn positions_of(&mut self, id: &ConversationId) -> Vec<usize> {
        let entries = self.index.entries.iter().enumerate();
        if self.load_order.len() < MAX_LINEAR_LOOKUPS {
            return entries.filter(|(_, entry)| entry.id == *id).map(|(place, _)| place).collect();
        }
        let places = self.positions.get_or_insert_with(|| {
            let mut places: HashMap<&ConversationId, Vec<usize>> = HashMap::new();
            for (place, entry) in entries {
                places.entry(&entry.id).or_default().push(place);
            }
            places
        });
        places.get(id).cloned().unwrap_or_default()
    }

    fn new_record<E>(
        member: &str,
        before: Option<ConversationId>,
    ) -> Result<DraftRecord, DraftError<E>> {
        let new = NewMember::of(member.to_owned());
        let new = new.and_then(|new| match new.text {
            Piece::Text(text) => {
                text.split_at_checked(new.entry.value.start).map(|(key, value)| {
                    let new = RecordInsertion { key_prefix: key.to_owned(), before };
                    DraftRecord { value: Arc::from(value), insertion: Some(new) }
                })
            }
            Piece::OtherFile(_) => None,
        });
        new.ok_or_else(|| {
            DraftError::VerificationFailed("the record is not one JSON member".to_owned())
        })
    }

    fn delete(&mut self, id: &ConversationId, before: Option<Arc<str>>) -> AppliedChange {
        let changed = before.is_some();
        if let Some(touched) = self.conversations.get_mut(id).filter(|_| changed) {
            (touched.record, touched.is_changed) = (None, true);
        }
        AppliedChange { before, is_changed: changed }
    }

    fn patch_record<E>(
        &self,
        change: &Change,
        before: Option<&str>,
    ) -> Result<Option<DraftRecord>, DraftError<E>> {
        let before = before.ok_or_else(|| DraftError::Missing(change.conversation().clone()))?;
        match patch(before, self.keys, change) {
            PatchOutcome::Edits(edits) => {
                let value = Arc::from(edit::apply(before, &edits));
                let touched = self.conversations.get(change.conversation());
                let new =
                    touched.and_then(|it| it.record.as_ref()).and_then(|now| now.insertion.clone());
                Ok(Some(DraftRecord { value, insertion: new }))
            }
            PatchOutcome::Unchanged => Ok(None),
            PatchOutcome::Conflict => Err(DraftError::Conflict),
            PatchOutcome::Damaged(reason) => Err(DraftError::Damaged(reason)),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;
    use crate::chat::{Fingerprint, Message, MessageBlock, ResponseId, Timestamp};
    use crate::store::json::edit::apply_splices;
    use crate::store::records::edits::layout::lay_out;
    use proptest::prelude::*;

    struct Text<'a>(&'a str);

    impl RecordSource for Text<'_> {
        type Error = Infallible;

        fn read_value(&mut self, entry: &IndexEntry) -> Result<Option<String>, Infallible> {
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
    fn applied_all(text: &str, changes: &[Change]) -> Result<String, DraftError<Infallible>> {
        let index = Index::of(text).unwrap();
        let mut draft = FileDraft::of(&index);
        for change in changes {
            draft.apply(change, &mut Text(text))?;
        }
        let (splices, after) = lay_out(&index, draft.into_edits());
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

    fn any_change() -> impl Strategy<Value = Change> {
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
                        MessageBlock { behind: None, messages: messages.clone() },
                        MessageBlock {
                            behind: Some(Fingerprint::of(&messages[0])),
                            messages: messages[1..].to_vec(),
                        },
                        MessageBlock {
                            behind: None,
                            messages: vec![Message::question("first", at(0))],
                        },
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
    fn fill_removed(verb: &mut Change, model: &[Conversation]) {
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
        let read = |entry: &IndexEntry| read::conversation(text, &entry.id, entry.value.clone());
        index.entries.iter().map(read).collect()
    }

    proptest! {
        #[test]
        fn a_verb_does_to_the_text_what_it_does_to_the_conversations(
            verbs in prop::collection::vec(any_change(), 1..25)
        ) {
            let mut text = "{}".to_owned();
            let mut model: Vec<Conversation> = Vec::new();
            for mut verb in verbs {
                let before = text.clone();
                fill_removed(&mut verb, &model);
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
            verbs in prop::collection::vec(any_change(), 1..12), split in 0_usize..6
        ) {
            let (mut text, mut model) = ("{}".to_owned(), Vec::new());
            let mut together = Vec::new();
            let mut start = text.clone();
            for (place, mut verb) in verbs.into_iter().enumerate() {
                if place == split {
                    start.clone_from(&text);
                    together.clear();
                }
                fill_removed(&mut verb, &model);
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
