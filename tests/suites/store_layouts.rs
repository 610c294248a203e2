//! Operations on files of any layout: the text changes as the conversations do, and other bytes are
//! unchanged.

use std::ops::Range;
use std::path::PathBuf;

use duologue::chat::{
    Change, Conversation, ConversationId, Message, MessageBlock, ResponseId, Timestamp,
};
use duologue::store::{
    ApplyOutcome, Extent, FileDraft, Index, IndexEntry, Piece, RecordRanges, RecordSource,
    RecordText, Splice, VersionError, elements, lay_out, read_conversation,
};
use proptest::prelude::*;

/// The records of a file that is only a text.
struct Text<'a>(&'a str);

impl RecordSource for Text<'_> {
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

/// Choices of a writer of unusual JSON.
struct LayoutGenerator(Vec<u8>, usize);

impl LayoutGenerator {
    fn below(&mut self, end: u8) -> u8 {
        self.1 += 1;
        self.0[self.1 % self.0.len()].wrapping_add(u8::try_from(self.1 % 7).unwrap()) % end
    }

    fn space(&mut self) -> &'static str {
        ["", " ", "", "\n", "\t", "\r\n  ", "", "     "][usize::from(self.below(8))]
    }

    fn text(&mut self, text: &str) -> String {
        let mut out = String::from("\"");
        for c in text.chars() {
            match (c, self.below(6)) {
                ('"' | '\\', _) => out.extend(['\\', c]),
                (c, _) if c < ' ' => out.push_str(&format!("\\u{:04X}", u32::from(c))),
                ('/', 0 | 1) => out.push_str("\\/"),
                (c, 0) => {
                    let mut units = [0; 2];
                    for unit in c.encode_utf16(&mut units) {
                        out.push_str(&format!("\\u{unit:04x}"));
                    }
                }
                (c, _) => out.push(c),
            }
        }
        out.push('"');
        out
    }

    fn time(&mut self, seconds: i64) -> String {
        match self.below(4) {
            0 => format!("{seconds}.0"),
            1 => format!("\"{seconds}\""),
            2 => format!("{seconds}.25"),
            _ => seconds.to_string(),
        }
    }

    /// Members in any order, with others among them that mean nothing.
    fn object(&mut self, mut members: Vec<(String, String)>) -> String {
        for extra in ["extra", "NaN", "\u{1f600}"] {
            if self.below(4) == 0 {
                let odd = ["1e5", "{\"a\": [ ]}", "null", "-0.0", "12345678901234567890123"];
                let value = odd[usize::from(self.below(5))].to_owned();
                members.push((extra.to_owned(), value));
            }
        }
        let turn = usize::from(self.below(5)) % members.len().max(1);
        members.rotate_left(turn);
        let members: Vec<String> = members
            .into_iter()
            .map(|(key, value)| {
                let (a, b, c) = (self.space(), self.space(), self.space());
                format!("{a}{}{b}:{c}{value}{}", self.text(&key), self.space())
            })
            .collect();
        format!("{{{}}}", members.join(","))
    }

    fn message(&mut self, message: &Message) -> String {
        let response = message.response_id.as_ref().map(|id| self.text(id.as_str()));
        let mut members = vec![
            ("role".to_owned(), self.text(message.role.as_str())),
            ("text".to_owned(), self.text(&message.text)),
            ("timestamp".to_owned(), self.time(message.timestamp.seconds())),
        ];
        if response.is_some() || self.below(2) == 0 {
            members.push(("response_id".to_owned(), response.unwrap_or("null".to_owned())));
        }
        self.object(members)
    }

    fn conversation(&mut self, it: &Conversation) -> String {
        let created = self.time(it.created_at.seconds());
        let id = self.text(it.id.as_str());
        let data = self.object(vec![("created_at".to_owned(), created), ("id".to_owned(), id)]);
        let mut members = vec![
            ("data".to_owned(), data),
            ("chat_name".to_owned(), self.text(it.title.stored())),
            ("last_update".to_owned(), self.time(it.last_update.seconds())),
        ];
        if !it.messages.is_empty() || self.below(2) == 0 {
            let list: Vec<String> = it
                .messages
                .iter()
                .map(|message| format!("{}{}{}", self.space(), self.message(message), self.space()))
                .collect();
            members.push(("messages".to_owned(), format!("[{}]", list.join(","))));
        }
        if self.below(2) == 0 {
            members.push(("last_response_id".to_owned(), "null".to_owned()));
        }
        self.object(members)
    }

    fn file(&mut self, all: &[Conversation]) -> String {
        let members: Vec<String> = all
            .iter()
            .map(|it| {
                let (a, b, c) = (self.space(), self.space(), self.space());
                format!(
                    "{a}{}{b}:{c}{}{}",
                    self.text(it.id.as_str()),
                    self.conversation(it),
                    self.space()
                )
            })
            .collect();
        format!("{}{{{}}}{}", self.space(), members.join(","), self.space())
    }
}

const NAMES: [&str; 4] = ["a", "b/2", "c \"quoted\"", "名\u{1}"];

fn words() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["", "x", "line\nline", "\u{0}\u{7f}\"\\/", "😀", "é \u{2028}"])
        .prop_map(str::to_owned)
}

fn message() -> impl Strategy<Value = Message> {
    (words(), 0_i64..50, 0_u8..3).prop_map(|(text, at, kind)| {
        let at = Timestamp::from_seconds(at);
        match kind {
            0 => Message::question(text, at),
            1 => Message::answer(text, at, None),
            _ => Message::answer(text, at, Some(ResponseId::new("resp/1"))),
        }
    })
}

fn conversations() -> impl Strategy<Value = Vec<Conversation>> {
    let one = (words(), 0_i64..50, prop::collection::vec(message(), 0..5));
    prop::collection::vec(one, 0..=NAMES.len()).prop_map(|all| {
        let named = all.into_iter().zip(NAMES);
        named
            .map(|((title, at, messages), name)| {
                let id = ConversationId::new(name);
                let mut it = Conversation::new(id, title, Timestamp::from_seconds(at));
                it.messages = messages;
                it
            })
            .collect()
    })
}

fn any_change() -> impl Strategy<Value = Change> {
    let name = prop::sample::select(NAMES.to_vec());
    (name, words(), message(), message(), 0_u8..7, 0_usize..4).prop_map(
        |(name, title, one, other, kind, keep)| {
            let (id, at) = (ConversationId::new(name), Timestamp::from_seconds(77));
            match kind {
                0 => Change::Create { id, title: title.into(), at },
                1 => Change::Append { id, message: one },
                2 => Change::Rename { id, title: title.into(), at },
                3 => Change::Delete { id },
                4 => {
                    let blocks =
                        vec![MessageBlock { predecessor: None, messages: vec![one, other] }];
                    Change::Insert { id, blocks }
                }
                5 => Change::RemoveMessages { id, messages: vec![one] },
                _ => {
                    let (removed, messages) = (Vec::new(), vec![other]);
                    Change::ReplaceFrom { id, keep, removed, messages, at }
                }
            }
        },
    )
}

/// Fills changes that remove messages with messages that are there.
fn fill_removed(command: &mut Change, model: &[Conversation]) {
    let Some(chat) = model.iter().find(|it| it.id == *command.conversation()) else { return };
    match command {
        Change::ReplaceFrom { keep, removed, .. } => {
            *removed = chat.messages.get(*keep..).unwrap_or_default().to_vec();
        }
        Change::RemoveMessages { messages, .. } => {
            messages.extend(chat.messages.iter().step_by(2).cloned());
        }
        _ => {}
    }
}

fn read_all(text: &str, index: &Index) -> Vec<Conversation> {
    let read = |entry: &IndexEntry| read_conversation(text, entry.id(), entry.value.clone());
    index.entries.iter().map(read).collect()
}

/// The raw bytes of a conversation's messages.
fn raw_messages(text: &str, entry: &IndexEntry) -> Vec<String> {
    let record = RecordRanges::at(text, entry.value.clone()).unwrap();
    let list = record.messages.map(|list| elements(text, list).unwrap()).unwrap_or_default();
    list.into_iter().map(|at| text[at].to_owned()).collect()
}

fn apply_splices(text: &str, splices: &[Splice]) -> String {
    let (mut new, mut done) = (String::new(), 0);
    for splice in splices {
        new.push_str(&text[done..splice.range.start]);
        for piece in &splice.pieces {
            let Piece::Text(piece) = piece else { panic!("{piece:?} is from another file") };
            new.push_str(piece);
        }
        done = splice.range.end;
    }
    new + &text[done..]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]
    #[test]
    fn a_change_does_to_any_layout_what_it_does_to_the_conversations(
        all in conversations(),
        changes in prop::collection::vec(any_change(), 1..6),
        choices in prop::collection::vec(any::<u8>(), 40..200),
    ) {
        let mut text = LayoutGenerator(choices, 0).file(&all);
        prop_assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok(), "{}", text);
        let mut index = Index::of(&text).unwrap();
        let mut model = read_all(&text, &index);
        for (read, meant) in model.iter().zip(&all) {
            prop_assert_eq!(&read.messages, &meant.messages);
            prop_assert_eq!(&read.title, &meant.title);
        }
        for mut command in changes {
            fill_removed(&mut command, &model);
            let entry = index.entry(command.conversation()).cloned();
            let mut draft = FileDraft::of(&index, Text(&text));
            if !draft.apply(&command).is_ok_and(|outcome| outcome == ApplyOutcome::Changed) {
                continue;
            }
            let (splices, laid_out) = lay_out(&index, draft.into_batch().edits);
            let new = apply_splices(&text, &splices);
            let after = Index::of(&new).unwrap();
            prop_assert_eq!(&laid_out, &after);
            command.apply_to(&mut model);
            prop_assert_eq!(&read_all(&new, &after), &model, "{:?}\n{}\n{}", command, text, new);
            for other in index.entries.iter().filter(|other| *other.id() != *command.conversation()) {
                let there = after.entry(other.id()).unwrap();
                prop_assert_eq!(&new[there.member.clone()], &text[other.member.clone()]);
            }
            // Messages that stay keep their bytes, in their order.
            if let (Some(before), Some(now)) = (&entry, after.entry(command.conversation())) {
                let (before, now) = (raw_messages(&text, before), raw_messages(&new, now));
                let gone = match &command {
                    Change::RemoveMessages { messages, .. } => messages.len(),
                    Change::ReplaceFrom { removed, .. } => removed.len(),
                    _ => 0,
                };
                let mut left = now.iter();
                let kept = before.iter().filter(|raw| left.clone().any(|it| it == *raw) && left.any(|it| it == *raw)).count();
                prop_assert!(kept + gone >= before.len(), "{:?}\n{}\n{}", command, text, new);
            }
            (text, index) = (new, after);
        }
    }
}
