//! The shared file: crashes, damage, several writers.

use std::fs;

use duologue::chat::{
    AnswerRecord, Change, ConversationId, Message, Readability, ResponseId, Timestamp, TurnId,
    UndoOutcome,
};
use duologue::store::{Durability, Store, StoreError};

use crate::support::home::Home;
use crate::support::shared_file::store_paths;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(seconds)
}

fn open(home: &Home) -> Store {
    Store::open(store_paths(home), at(5000)).unwrap().store
}

fn id(text: &str) -> ConversationId {
    ConversationId::new(text)
}

fn record(text: &str, time: i64) -> (Message, AnswerRecord) {
    let message = Message::answer(text, at(time), Some(ResponseId::new("resp_new")));
    let record = AnswerRecord::without_details(at(time), text.len());
    (message, record)
}

#[test]
fn a_deleted_conversation_comes_back_to_its_old_place_to_the_byte() {
    let home = Home::new();
    let record = |name: &str, more: &str| {
        format!(
            "\"{name}\": {{\"data\": {{\"id\": \"{name}\", \"created_at\": 1, \"metadata\": {{}}, \"object\": \"conversation\"}}, \"chat_name\": \"T\", \"last_update\": 1{more}, \"messages\":[ ],  \"last_response_id\": null}}"
        )
    };
    let text = format!(
        "{{\n  {},\n  {},\n  {}\n}}",
        record("a", ", \"x\": 1e5"),
        record("b", ""),
        record("c", "")
    );
    for name in ["a", "b", "c"] {
        fs::write(home.file(), &text).unwrap();
        let mut store = open(&home);
        store.apply(&Change::Delete { id: id(name) }, at(1)).unwrap();
        assert_eq!(store.list().unwrap().len(), 2);
        assert!(store.undo(None).unwrap().is_undone());
        assert_eq!(home.text(), text);
    }
    assert_eq!(open(&home).undo(None).unwrap(), UndoOutcome::Nothing);
}

#[test]
fn a_question_that_cannot_be_stored_is_not_found_later_either() {
    let home = Home::new();
    fs::write(home.file(), "not json").unwrap();
    let mut store = open(&home);
    let create = Change::Create { id: id("n"), title: "T".into(), at: at(1) };
    let append = Change::Append { id: id("n"), message: Message::question("q", at(1)) };
    let error = store.begin_turn(&TurnId::new("t"), &id("n"), &[create, append]).unwrap_err();
    assert!(matches!(error, StoreError::InvalidFile(..)), "{error}");
    drop(store);
    fs::write(home.file(), "{}").unwrap();
    assert!(open(&home).list().unwrap().is_empty());
}

/// Asks the question of a new conversation.
fn begin_turn(store: &mut Store) -> TurnId {
    let create = Change::Create { id: id("n"), title: "T".into(), at: at(1) };
    let append = Change::Append { id: id("n"), message: Message::question("q", at(1)) };
    let turn = TurnId::new("t");
    store.begin_turn(&turn, &id("n"), &[create, append]).unwrap();
    turn
}

#[test]
fn an_answer_not_stored_on_a_full_disk_is_stored_at_the_next_start() {
    let home = Home::new();
    let mut store = open(&home);
    let turn = begin_turn(&mut store);
    // Something blocks the path of the file for a while.
    let aside = home.path().join("aside");
    fs::rename(home.file(), &aside).unwrap();
    fs::create_dir(home.file()).unwrap();
    assert!(store.finish_turn(&turn, &id("n"), Some(record("answer", 2))).is_err());
    drop(store);
    fs::remove_dir(home.file()).unwrap();
    fs::rename(&aside, home.file()).unwrap();
    let opened = Store::open(store_paths(&home), at(3)).unwrap();
    assert!(opened.notice.is_some());
    let mut store = opened.store;
    let texts: Vec<String> =
        store.conversation(&id("n")).unwrap().messages.into_iter().map(|it| it.text).collect();
    assert_eq!(texts, ["q", "answer"]);
    drop(store);
    assert!(Store::open(store_paths(&home), at(4)).unwrap().notice.is_none());
}

#[test]
fn an_answer_that_the_file_does_not_take_is_tried_again_when_the_file_has_changed() {
    let home = Home::new();
    let mut store = open(&home);
    let turn = begin_turn(&mut store);
    let whole = home.text();
    fs::write(home.file(), "damaged").unwrap();
    assert!(store.finish_turn(&turn, &id("n"), Some(record("answer", 2))).is_err());
    assert!(!store.may_store_again());
    fs::remove_file(home.file()).unwrap();
    fs::create_dir(home.file()).unwrap();
    assert!(store.may_store_again());
    // An error of the disk may pass by itself.
    assert!(store.store_again(at(3)).is_err());
    assert!(store.may_store_again());
    fs::remove_dir(home.file()).unwrap();
    fs::write(home.file(), whole).unwrap();
    store.store_again(at(4)).unwrap();
    assert_eq!(store.take_stored_answers(), [turn]);
    assert!(!store.may_store_again());
}

#[test]
fn a_turn_of_another_running_terminal_is_not_finished() {
    let home = Home::new();
    let mut living = open(&home);
    let create = Change::Create { id: id("n"), title: "T".into(), at: at(1) };
    let append = Change::Append { id: id("n"), message: Message::question("q", at(1)) };
    let turn = TurnId::new("t");
    living.begin_turn(&turn, &id("n"), &[create, append]).unwrap();
    living.append_delta(&turn, "half");
    living.flush(Durability::Synced);
    let other = Store::open(store_paths(&home), at(2)).unwrap();
    assert_eq!(other.notice, None);
    let mut other = other.store;
    assert_eq!(other.conversation(&id("n")).unwrap().messages.len(), 1);
    living.finish_turn(&turn, &id("n"), Some(record("half and half", 3))).unwrap();
    assert_eq!(other.conversation(&id("n")).unwrap().messages.len(), 2);
}

#[test]
fn one_bad_record_never_hides_the_others_and_keeps_its_bytes() {
    let home = Home::new();
    let bad = "\"bad\": {\"chat_name\": null, \"messages\": [{\"text\": \"\\ud800\"}]}";
    fs::write(
        home.file(),
        format!(
            "{{{bad}, \"good\": {{\"chat_name\": \"G\", \"last_update\": 1, \"messages\": []}}}}"
        ),
    )
    .unwrap();
    let mut store = open(&home);
    let rows = store.list().unwrap();
    assert!(matches!(rows[0].readability, Readability::Damaged(_)));
    assert_eq!(rows[1].readability, Readability::Whole);
    let append = Change::Append { id: id("good"), message: Message::question("q", at(1)) };
    store.apply(&append, at(1)).unwrap();
    assert!(home.text().contains(bad));
    let refused = Change::Append { id: id("bad"), message: Message::question("q", at(1)) };
    let error = store.apply(&refused, at(1)).unwrap_err();
    assert!(matches!(error, StoreError::Damaged(_)), "{error}");
}

#[test]
fn several_terminals_and_threads_append_and_nothing_is_lost() {
    let home = Home::new();
    open(&home)
        .apply(&Change::Create { id: id("c"), title: "T".into(), at: at(1) }, at(1))
        .unwrap();
    std::thread::scope(|scope| {
        for writer in 0..4 {
            let home = &home;
            scope.spawn(move || {
                let mut store = open(home);
                for number in 0..50 {
                    let message = Message::question(format!("{writer}/{number}"), at(1));
                    store.apply(&Change::Append { id: id("c"), message }, at(1)).unwrap();
                }
            });
        }
    });
    let messages = open(&home).conversation(&id("c")).unwrap().messages;
    for writer in 0..4 {
        let prefix = format!("{writer}/");
        let own: Vec<&str> = messages
            .iter()
            .map(|message| message.text.as_str())
            .filter(|text| text.starts_with(&prefix))
            .collect();
        let expected: Vec<String> = (0..50).map(|number| format!("{writer}/{number}")).collect();
        assert_eq!(own, expected);
    }
}

#[test]
fn foreign_changes_are_reported_once_and_own_ones_are_not() {
    let home = Home::new();
    let mut store = open(&home);
    for name in ["a", "b"] {
        let create = Change::Create { id: id(name), title: name.into(), at: at(1) };
        store.apply(&create, at(1)).unwrap();
    }
    store.list().unwrap();
    assert!(store.take_foreign_changes().is_empty());
    fs::write(home.file(), home.text().replace("\"chat_name\": \"b\"", "\"chat_name\": \"B\""))
        .unwrap();
    let create = Change::Create { id: id("c"), title: "c".into(), at: at(2) };
    store.apply(&create, at(2)).unwrap();
    assert_eq!(store.take_foreign_changes(), [id("b")]);
    assert!(store.take_foreign_changes().is_empty());
}

/// A file of forty conversations, each with so many words: ten thousand are enough for its index to be kept.
fn large_file(home: &Home, words: usize) {
    let mut text = String::from("{");
    for number in 0..40 {
        let output = format!("{number} {}", "words ".repeat(words));
        text.push_str(&format!(
            "\"c{number}\": {{\"chat_name\": \"T{number}\", \"last_update\": {number}, \"messages\": \
             [{{\"role\": \"user\", \"text\": \"{output}\", \"timestamp\": 1, \"response_id\": null}}]}},\n"
        ));
    }
    fs::write(home.file(), text.trim_end_matches(",\n").to_owned() + "}").unwrap();
}

#[test]
fn a_cached_index_is_used_and_a_wrong_one_does_no_harm() {
    let home = Home::new();
    large_file(&home, 10_000);
    let cache = home.path().join("cache");
    let open = || Store::open(store_paths(&home).with_cache(&cache), at(5000)).unwrap().store;
    let rows = open().list().unwrap();
    let kept = || fs::read_dir(cache.join("index")).unwrap().next().unwrap().unwrap().path();
    let table = fs::read(kept()).unwrap();
    assert_eq!(open().list().unwrap(), rows);
    // With the table from before a change, and with none, the same is seen and written.
    let mut before = fs::read_to_string(home.file()).unwrap();
    for number in [3, 39, 0] {
        let append = Change::Append {
            id: id(&format!("c{number}")),
            message: Message::question("more", at(7)),
        };
        let mut store = open();
        store.apply(&append, at(7)).unwrap();
        assert_eq!(store.list().unwrap(), self::open(&home).list().unwrap());
        fs::write(kept(), &table).unwrap();
        assert_eq!(open().list().unwrap(), self::open(&home).list().unwrap());
        let after = fs::read_to_string(home.file()).unwrap();
        let conversation = open().conversation(&id(&format!("c{number}"))).unwrap();
        assert_eq!(conversation.messages.len(), 2);
        for other in (0..40).filter(|other| *other != number) {
            let start = before.find(&format!("\"c{other}\"")).unwrap();
            let end = before[start..].find("\"response_id\"").unwrap() + start;
            assert!(after.contains(&before[start..end]), "{other}");
        }
        before = after;
    }
}

/// A file of that size is given a second name, which changes what the system says about it.
#[test]
fn the_second_opening_of_a_large_file_reads_the_index_that_the_first_one_kept() {
    let home = Home::new();
    large_file(&home, 40_000);
    let cache = home.path().join("cache");
    let list = || {
        let mut opened = Store::open(store_paths(&home).with_cache(&cache), at(5000)).unwrap();
        let rows = opened.store.list().unwrap();
        let kept = fs::read_dir(cache.join("index")).unwrap().next().unwrap().unwrap();
        (rows, fs::read(kept.path()).unwrap())
    };
    assert_eq!(list(), list());
}

/// By the id its server gave an answer, wherever it lies in a file larger than any window on it.
#[test]
fn an_answer_is_found_by_its_servers_id_however_it_is_spelled() {
    let home = Home::new();
    let record = |id: &str, text: &str, response: &str| {
        format!(
            "\"{id}\": {{\"chat_name\": \"{id}\", \"last_update\": 1, \"messages\": [{{\"role\": \
             \"assistant\", \"text\": \"{text}\", \"timestamp\": 1, \"response_id\": \"{response}\"}}]}}"
        )
    };
    for before in 0..40 {
        let records = [
            record("long", &"x".repeat(262_144 - 120 - before), "resp_long"),
            record("other", "resp_wanted is \\\"resp_wanted\\\"", "resp_w"),
            record("this", "answer", "resp_wanted"),
            record("spelled", "answer", "resp\\u005fodd"),
        ];
        fs::write(home.file(), format!("{{{}}}", records.join(", "))).unwrap();
        let mut store = open(&home);
        for (expected, found) in [
            ("resp_wanted", "this"),
            ("resp_long", "long"),
            ("resp_w", "other"),
            ("resp_odd", "spelled"),
        ] {
            assert_eq!(store.resolve_id(expected).unwrap(), id(found), "{before} {expected}");
        }
        let unknown = store.resolve_id("resp_").unwrap_err();
        assert!(matches!(unknown, StoreError::NotFound(_)), "{unknown}");
    }
}
