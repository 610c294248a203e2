//! Files written by the web app: every conversation opens, an edit changes no byte of others, and new
//! bytes are those the web app would write.

use std::collections::HashMap;
use std::fs;
use std::ops::Range;

use duologue::chat::title::{on_create, on_update};
use duologue::chat::{AnswerRecord, Change, Message, Readability, ResponseId, Timestamp, TurnId};
use duologue::store::doctor::{Verdict, WebVersion, examine};
use serde_json::Value;
use serde_json::value::RawValue;

use crate::support::fake_web_app::assert_accepted;
use crate::support::home::Home;
use crate::support::shared_file::{at, id, open};
use crate::support::web_files::{ChatsFile, chats_files, lines, path, text};

/// The name of the user whose files are called `unusual-user-name.json` here.
const UNUSUAL_NAME: &str = "näme 名前 😀";

/// The question of the recorded turns: every character that JSON can spell in more than one way.
const TYPED: &str = "q \" \\ \n\t\u{8}\u{c}\u{1}\u{7f}\u{2028}é名😀/<>&";

type Fields<'a> = HashMap<String, &'a RawValue>;

fn home_with(file: &ChatsFile) -> Home {
    let home = Home::new();
    fs::write(home.file(), &file.text).unwrap();
    home
}

fn fields(object: &str) -> Fields<'_> {
    serde_json::from_str(object).unwrap()
}

/// The records of a file in order: key, and range of the value.
fn records(file: &str) -> Vec<(String, Range<usize>)> {
    let start = |raw: &RawValue| raw.get().as_ptr() as usize - file.as_ptr() as usize;
    let mut all: Vec<_> = fields(file)
        .into_iter()
        .map(|(key, raw)| (key, start(raw)..start(raw) + raw.get().len()))
        .collect();
    all.sort_by_key(|(_, range)| range.start);
    all
}

fn messages<'a>(record: &Fields<'a>) -> Vec<&'a str> {
    let list = record.get("messages").map_or("[]", |raw| raw.get());
    let all: Vec<&RawValue> = serde_json::from_str(list).unwrap();
    all.into_iter().map(RawValue::get).collect()
}

#[test]
fn every_conversation_is_listed_and_opens_without_a_write() {
    let mut opened = 0;
    for file in chats_files() {
        let home = home_with(&file);
        let written = fs::metadata(home.file()).unwrap().modified().unwrap();
        let mut store = open(&home, 0);
        let rows = store.list().unwrap();
        let records = records(&file.text);
        assert_eq!(rows.len(), records.len(), "{}", file.name);
        for (key, range) in records {
            let record = fields(&file.text[range]);
            let row = rows.iter().find(|row| row.id == id(&key)).unwrap();
            let conversation = store.conversation(&row.id).unwrap();
            let expected = if record.contains_key("assistant_id") {
                Readability::NotStoredLocally
            } else {
                Readability::Whole
            };
            assert_eq!(
                (&row.readability, &conversation.readability),
                (&expected, &expected),
                "{key}"
            );
            let count = messages(&record).len();
            assert_eq!((row.message_count, conversation.messages.len()), (count, count), "{key}");
            opened += 1;
        }
        assert_eq!(home.text(), file.text, "{}", file.name);
        assert_eq!(fs::metadata(home.file()).unwrap().modified().unwrap(), written);
    }
    assert_eq!(opened, 247);
}

#[test]
fn a_question_changes_no_byte_of_any_other_record() {
    let mut edited = 0;
    for file in chats_files() {
        let records = records(&file.text);
        let mut indices = vec![0, records.len() / 2, records.len().saturating_sub(1)];
        indices.dedup();
        for (key, range) in indices.into_iter().filter_map(|index| records.get(index)) {
            let home = home_with(&file);
            let append = Change::Append { id: id(key), message: Message::question("New?", at(1)) };
            open(&home, 0).apply(&append, at(1)).unwrap();
            let text = home.text();
            let (before, after) = (&file.text[..range.start], &file.text[range.end..]);
            let inside = text.strip_prefix(before).and_then(|text| text.strip_suffix(after));
            let inside = inside.unwrap_or_else(|| panic!("{} {key} changed others", file.name));
            assert_has_one_more(&file.text[range.clone()], inside);
            edited += 1;
        }
    }
    assert!(edited > 50, "only {edited}");
}

/// Asserts that the record has all its bytes, and a question after its messages.
fn assert_has_one_more(before: &str, after: &str) {
    let (before, after) = (fields(before), fields(after));
    for (key, raw) in before.iter().filter(|(key, _)| *key != "last_update" && *key != "messages") {
        assert_eq!(raw.get(), after[key].get(), "{key}");
    }
    let (was, is) = (messages(&before), messages(&after));
    assert_eq!(is[..was.len()], was);
    assert_eq!(is.len(), was.len() + 1);
    let new: Value = serde_json::from_str(is[was.len()]).unwrap();
    assert_eq!((&new["role"], &new["text"]), (&"user".into(), &"New?".into()));
}

/// The recorded turns are what the web app's own save leaves of a file after the same turn.
#[test]
fn a_turn_leaves_the_bytes_the_web_app_would_have_left() {
    let turns = lines("appended-turns.jsonl");
    assert_eq!(turns.len(), 41);
    for turn in turns {
        let name = turn["file"].as_str().unwrap();
        let conversation = turn["conversation"].as_str().unwrap();
        let before = text(name);
        let home = Home::new();
        fs::write(home.file(), &before).unwrap();
        let mut store = open(&home, 0);
        let now = Timestamp::from_seconds(1_800_000_000);
        let question = Message::question(TYPED, now);
        let append = Change::Append { id: id(conversation), message: question };
        let turn_id = TurnId::new("t");
        store.begin_turn(&turn_id, &id(conversation), &[append]).unwrap();
        let answer = Message::answer("a\nb", now, Some(ResponseId::new("resp_new")));
        let record = AnswerRecord::without_details(now, answer.text.len());
        store.finish_turn(&turn_id, &id(conversation), Some((answer, record))).unwrap();
        let expected = with_lines_replaced(&before, &turn["edits"]);
        assert!(home.text() == expected, "{name} {conversation}:\n{}", home.text());
    }
}

/// Returns a text after edits by line, which are in order.
fn with_lines_replaced(text: &str, edits: &Value) -> String {
    let mut all: Vec<&str> = text.split('\n').collect();
    for edit in edits.as_array().unwrap().iter().rev() {
        let number = |key: &str| usize::try_from(edit[key].as_u64().unwrap()).unwrap();
        let first = number("line") - 1;
        let insert = edit["insert"].as_array().unwrap().iter().map(|line| line.as_str().unwrap());
        all.splice(first..first + number("remove"), insert);
    }
    all.join("\n")
}

#[test]
fn both_versions_accept_the_file_after_any_change_to_it() {
    for name in ["2025/plain.json", "current/plain.json", "2025-09/five-keys.json"] {
        let home = Home::new();
        fs::write(home.file(), text(name)).unwrap();
        let mut store = open(&home, 0);
        let first = store.list().unwrap()[0].id.clone();
        let mut odd = Message::answer("x", at(9), Some(ResponseId::new("r")));
        odd.reasoning_level = Some("extreme".into());
        odd.reasoning_data = Some(r#"{"timestamp": "not a number"}"#.into());
        odd.agent_preset_id = Some("any".into());
        for change in [
            Change::Create { id: id("new"), title: "T".into(), at: at(8) },
            Change::Append { id: id("new"), message: Message::question("q", at(8)) },
            Change::Append { id: id("new"), message: odd },
            Change::Rename { id: first, title: "Other".into(), at: at(9) },
        ] {
            store.apply(&change, at(9)).unwrap();
            assert_accepted(&home, &format!("{name}: {change:?}"));
        }
    }
}

/// A record of 2024 is rejected for its time in fractions of a second, and with it the whole file.
fn verdict(name: &str) -> Verdict {
    let whole_seconds = ["2024/empty.json", "2024/whole-float.json"].contains(&name);
    if name.starts_with("2024/") && !whole_seconds { Verdict::Rejected } else { Verdict::Accepted }
}

#[test]
fn doctor_accepts_every_file_that_the_web_app_accepts_and_no_other() {
    for file in chats_files() {
        let report = examine(fs::File::open(&file.path).unwrap()).unwrap();
        for version in [WebVersion::Current, WebVersion::V2025] {
            assert_eq!(report.verdict(version), verdict(&file.name), "{}", file.name);
        }
        let ran = Home::new().run(&["doctor", file.path.to_str().unwrap()]);
        let code = i32::from(verdict(&file.name) == Verdict::Rejected);
        assert_eq!(ran.code, code, "{}: {}{}", file.name, ran.stdout, ran.stderr);
    }
}

#[test]
fn a_user_name_of_any_script_has_its_file() {
    for version in ["2025", "current"] {
        let home = Home::new();
        let file = home.chats().join(format!("{UNUSUAL_NAME}.json"));
        fs::copy(path(&format!("{version}/unusual-user-name.json")), &file).unwrap();
        let before = fs::read(&file).unwrap();
        let ran = home.run(&["--user", UNUSUAL_NAME, "list"]);
        assert_eq!((ran.code, ran.stdout.lines().count()), (0, 1), "{}", ran.stderr);
        assert!(ran.stdout.contains("odd user"), "{}", ran.stdout);
        assert_eq!(fs::read(&file).unwrap(), before);
    }
}

#[test]
fn presets_of_the_web_app_are_listed_and_a_change_to_one_keeps_the_bytes_of_the_other() {
    let home = Home::new();
    let file = home.path().join("agents/ann.json");
    fs::create_dir(file.parent().unwrap()).unwrap();
    let before = text("presets/two.json");
    fs::write(&file, &before).unwrap();
    let ran = home.run(&["presets", "--json"]);
    let listed: Value = serde_json::from_str(&ran.stdout).unwrap();
    let stored: Value = serde_json::from_str(&before).unwrap();
    for (id, preset) in stored["presets"].as_object().unwrap() {
        let all = listed["presets"].as_array().unwrap();
        let row = all.iter().find(|row| row["id"] == *id).unwrap();
        for key in ["name", "instructions", "model", "default_reasoning_level"] {
            assert_eq!(row[key], preset[key], "{id}");
        }
    }
    let ran = home.run(&["presets", "rename", "42ad9d09-590d-4ef4-bf60-47d7d2a58f11", "Bard"]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let after = fs::read_to_string(&file).unwrap();
    let changed: Vec<_> =
        before.lines().zip(after.lines()).filter(|(old, new)| old != new).collect();
    assert_eq!(before.lines().count(), after.lines().count());
    assert_eq!(changed[0], ("      \"name\": \"Poet\",", "      \"name\": \"Bard\","));
    let keys: Vec<_> = changed.iter().map(|(_, new)| new.split(':').next().unwrap()).collect();
    assert_eq!(keys, ["      \"name\"", "      \"updated_at\""]);
}

#[test]
fn titles_are_cleaned_as_the_web_app_cleaned_them() {
    let cases = lines("titles.jsonl");
    // Of 121, one holds half a surrogate pair, which no Rust string can.
    assert_eq!(cases.len(), 120);
    for case in cases {
        let name = case["in"].as_str().unwrap();
        assert_eq!(on_create(name), case["create"].as_str().unwrap(), "{name:?}");
        let expected = case["update"].as_str().filter(|_| case["update_ok"] == true);
        assert_eq!(on_update(name).as_deref(), expected, "{name:?}");
    }
}

#[test]
fn a_title_keeps_exactly_the_characters_the_web_app_keeps() {
    let recorded: Value = serde_json::from_str(&text("word-characters.json")).unwrap();
    let number = |value: &Value| u32::try_from(value.as_u64().unwrap()).unwrap();
    let mut ranges = recorded["ranges"].as_array().unwrap().iter();
    let mut range = ranges.next().map(|range| (number(&range[0]), number(&range[1])));
    for c in '\0'..=char::MAX {
        while range.is_some_and(|(_, last)| last < u32::from(c)) {
            range = ranges.next().map(|range| (number(&range[0]), number(&range[1])));
        }
        let is_word = range.is_some_and(|(first, _)| first <= u32::from(c));
        let expected = if is_word || " .-".contains(c) { c } else { '_' };
        assert_eq!(on_create(&c.to_string()), expected.to_string(), "{c:?}");
    }
}
