//! Records for which the web app would discard the whole file: none is ever written, and every change
//! to one is reported.

use std::fs;

use duologue::chat::{Change, ConversationId, Timestamp};
use duologue::store::Store;
use serde_json::{Value, json};

use crate::support::fake_web_app::assert_accepted;
use crate::support::home::Home;
use crate::support::shared_file::store_paths;

/// Later than any file of this test can be.
const START: i64 = 4_000_000_000;

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_seconds(START + seconds)
}

fn id(text: &str) -> ConversationId {
    ConversationId::new(text)
}

fn open(home: &Home, now: i64) -> Store {
    Store::open(store_paths(home), at(now)).unwrap().store
}

fn record(key: &str, extra: &str) -> String {
    format!(
        r#""{key}": {{"data": {{"id": "a", "created_at": 1, "metadata": {{}}, "object": "conversation"}}, "chat_name": "Chat {key}", "last_update": 2{extra}, "messages": [{{"role": "user", "text": "text of {key}", "timestamp": 2, "response_id": null}}], "last_response_id": null}}"#
    )
}

/// Records the web app would reject or freeze the file for.
fn rejected_records() -> Vec<(&'static str, String)> {
    let long = "9".repeat(5000);
    vec![
        ("fraction", record("x", ".5")),
        ("digits", record("x", &format!(", \"odd\": {long}"))),
        ("digits inside", record("x", "").replace("{}", &format!("{{\"n\": [{long}]}}"))),
        ("half a key", record("x", "").replace("\"x\"", "\"x\\ud83d\"")),
        ("half a title", record("x", "").replace("Chat x", "Chat \\udc00")),
        ("model", record("x", "").replace("\"response_id\"", "\"model\": \"m\", \"response_id\"")),
        ("no metadata", record("x", "").replace("{}", "null")),
    ]
}

fn texts(home: &Home) -> Vec<String> {
    let file: Value = serde_json::from_str(&home.text()).unwrap();
    let messages =
        file.as_object().unwrap().values().flat_map(|it| it["messages"].as_array().unwrap());
    messages.map(|it| it["text"].as_str().unwrap().to_owned()).collect()
}

/// The web app rejected the file and made a new one.
fn overwrite_file(home: &Home) {
    let new = json!({ "new": {
        "data": { "id": "new", "created_at": 1, "metadata": {}, "object": "conversation" },
        "chat_name": "New", "last_update": 1, "messages": [], "last_response_id": null } });
    let aside = home.chats().join("ann.json.tmp.1");
    fs::write(&aside, serde_json::to_string_pretty(&new).unwrap()).unwrap();
    fs::rename(aside, home.file()).unwrap();
}

#[test]
fn no_import_makes_the_file_one_the_web_app_rejects() {
    for (why, poison) in rejected_records() {
        let home = Home::new();
        fs::write(home.file(), format!("{{{}}}", record("a", ""))).unwrap();
        let file = home.path().join("other.json");
        fs::write(&file, format!("{{{poison}, {}}}", record("b", ""))).unwrap();
        for command in ["import", "merge"] {
            let ran = home.run(&[command, file.to_str().unwrap()]);
            assert_eq!(ran.code, 0, "{why}: {}", ran.stderr);
            let output = ran.stderr.contains("Corrected");
            let quiet = command == "merge" || ["fraction", "model"].contains(&why);
            assert!(output || quiet, "{why}: {}", ran.stderr);
            assert_accepted(&home, why);
            assert_eq!(texts(&home), ["text of a", "text of x", "text of b"], "{why}");
        }
        assert!(home.text().contains(&record("b", "")), "{why}: a good one changed");
    }
}

#[test]
fn undo_does_not_restore_the_record_that_wiped_the_file() {
    for (why, poison) in rejected_records() {
        let home = Home::new();
        let text = format!("{{{}, {poison}, {}}}", record("a", ""), record("b", ""));
        fs::write(home.file(), &text).unwrap();
        let mut store = open(&home, 10);
        store.list().unwrap();
        overwrite_file(&home);
        store.refresh(at(20)).unwrap();
        let output = store.undo(None).unwrap().to_string();
        assert!(output.contains("Corrected"), "{why}: {output}");
        assert_accepted(&home, why);
        let all = ["text of a", "text of x", "text of b"];
        assert_eq!(texts(&home).iter().filter(|it| all.contains(&it.as_str())).count(), 3, "{why}");
        for name in ["a", "b"] {
            assert!(home.text().contains(&record(name, "")), "{why}: a good one changed");
        }
        // And again, as long as the web app has an old copy.
        overwrite_file(&home);
        store.refresh(at(30)).unwrap();
        assert_accepted(&home, why);
        assert_eq!(texts(&home).len(), 3, "{why}");
    }
}

#[test]
fn undoing_a_deletion_restores_the_texts_without_rejected_values() {
    for (why, poison) in rejected_records() {
        let home = Home::new();
        fs::write(home.file(), format!("{{{}, {poison}}}", record("a", ""))).unwrap();
        let mut store = open(&home, 10);
        let key = store.list().unwrap().last().unwrap().id.clone();
        store.apply(&Change::Delete { id: key }, at(11)).unwrap();
        assert_eq!(texts(&home), ["text of a"]);
        let output = store.undo(None).unwrap().to_string();
        assert!(output.starts_with("Restored the conversation \""), "{why}: {output}");
        assert!(output.contains("\". Corrected 1 value"), "{why}: {output}");
        assert_accepted(&home, why);
        assert_eq!(texts(&home), ["text of a", "text of x"], "{why}");
    }
}

#[test]
fn a_model_the_file_still_names_is_one_its_web_app_knows() {
    let home = Home::new();
    let new = |key: &str| {
        record(key, "").replace("\"response_id\"", "\"model\": \"newer\", \"response_id\"")
    };
    let text = format!("{{{}, {}}}", new("a"), new("b"));
    fs::write(home.file(), &text).unwrap();
    let mut store = open(&home, 10);
    store.apply(&Change::Delete { id: id("b") }, at(11)).unwrap();
    assert_eq!(store.undo(None).unwrap().to_string(), "Restored the conversation \"Chat b\".");
    assert_eq!(home.text().replace(char::is_whitespace, ""), text.replace(char::is_whitespace, ""));
}
