//! Imports of conversations, and merging two versions of a file.

use std::fs;
use std::io::Write;
use std::path::Path;

use duologue::chat::{Conversation, ConversationId, Message, ResponseId, Timestamp};
use duologue::demo::{DemoServer, ServerOptions};
use duologue::store::IncomingConversation;
use duologue::store::{NewMessageKeys, conversation_json, parse_chats_file};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::demo_server;
use crate::support::fake_web_app::assert_accepted;
use crate::support::home::Home;
use crate::support::web_files::chats_files;

const ID: &str = "0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0";

/// A ChatGPT export of one conversation with some turns.
fn export(turns: u8) -> String {
    let mut mapping = serde_json::Map::new();
    mapping.insert("root".into(), json!({ "message": null, "parent": null }));
    let mut parent = "root".to_owned();
    for turn in 0..turns {
        for (role, time) in [("user", 10.5), ("assistant", 11.25)] {
            let id = format!("{role}{turn}");
            let time = 1_700_000_000.0 + 60.0 * f64::from(turn) + time;
            mapping.insert(id.clone(), json!({ "parent": parent, "message": {
                "author": { "role": role }, "create_time": time, "recipient": "all",
                "content": { "content_type": "text", "parts": [format!("{role} says {turn}")] } } }));
            parent = id;
        }
    }
    json!([{ "title": "A trip / ✨", "create_time": 1_700_000_000.125, "conversation_id": ID,
        "current_node": parent, "mapping": mapping }])
    .to_string()
}

fn write(home: &Home, name: &str, bytes: impl AsRef<[u8]>) -> String {
    let path = home.path().join(name);
    fs::write(&path, bytes).unwrap();
    path.display().to_string()
}

fn stored(home: &Home) -> Value {
    serde_json::from_str(&home.text()).unwrap()
}

fn accepted(home: &Home) {
    assert_accepted(home, "after an import");
}

#[test]
fn a_file_without_conversations_is_said_to_have_none() {
    let home = Home::new();
    for (name, text) in [("none.json", "{}"), ("empty-export.json", "[]")] {
        let file = write(&home, name, text);
        let ran = home.run(&["import", &file]);
        assert_eq!(ran.code, 0, "{name}: {}", ran.stderr);
        assert!(ran.stderr.contains("No conversations were found."), "{name}: {}", ran.stderr);
    }
}

#[test]
fn a_chatgpt_export_is_imported_only_once() {
    let home = Home::new();
    let file = write(&home, "conversations.json", export(2));
    let dry = home.run(&["import", "--dry-run", &file]);
    assert_eq!(dry.code, 0, "{}", dry.stderr);
    assert!(dry.stdout.contains("A trip / ✨: would be new, 4 messages"), "{}", dry.stdout);
    assert!(dry.stderr.contains("Dry run: nothing was changed."), "{}", dry.stderr);
    assert!(!home.file().exists());
    let ran = home.run(&["import", &file]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert!(ran.stderr.contains("1 new, 0 with more messages, 0 already there."), "{}", ran.stderr);
    let removal = "To remove it again: `duologue delete 0f1e2d3c`.";
    assert!(ran.stderr.contains(removal), "{}", ran.stderr);
    assert!(!dry.stderr.contains("duologue delete"), "{}", dry.stderr);
    let all = stored(&home);
    assert_eq!(all[ID]["chat_name"], "A trip _ _");
    assert_eq!(all[ID]["messages"][1]["text"], "assistant says 0");
    assert_eq!(all[ID]["messages"][1]["timestamp"], 1_700_000_011);
    assert_eq!(all[ID]["last_response_id"], Value::Null);
    accepted(&home);
    let before = home.text();
    let again = home.run(&["import", "--json", &file, &file]);
    let reported: Value = serde_json::from_str(&again.stdout).unwrap();
    assert_eq!(reported["conversations"].as_array().unwrap().len(), 1);
    assert_eq!(reported["conversations"][0]["state"], "same");
    assert_eq!(home.text(), before);
    // It went on over there, and here.
    let server = DemoServer::start(ServerOptions::default()).unwrap();
    home.run(&["ask", "-r", ID, "show", "--base-url", &server.base_url()]);
    let more = write(&home, "later.json", export(3));
    let ran = home.run(&["import", "--json", &more]);
    let reported: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(reported["conversations"][0]["state"], "grown");
    assert_eq!(reported["conversations"][0]["messages"], 2);
    let texts: Vec<Value> = stored(&home)[ID]["messages"].as_array().unwrap().clone();
    assert_eq!(texts.len(), 8);
    assert_eq!(texts[4]["text"], "user says 2", "its time says it was before ours");
    accepted(&home);
}

#[test]
fn an_archive_is_unpacked_automatically() {
    let home = Home::new();
    let mut bytes = std::io::Cursor::new(Vec::new());
    let mut archive = zip::ZipWriter::new(&mut bytes);
    let options = zip::write::SimpleFileOptions::default();
    for (name, text) in [("user.json", "{}".to_owned()), ("x/conversations-000.json", export(1))] {
        archive.start_file(name, options).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap();
    let file = write(&home, "export.zip", bytes.into_inner());
    let ran = home.run(&["import", &file]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    assert_eq!(stored(&home)[ID]["messages"].as_array().unwrap().len(), 2);
    let ran = home.run(&["import", &write(&home, "broken.zip", "PK\x03\x04 and no more")]);
    assert_eq!(ran.code, 1);
    assert!(ran.stderr.contains("the archive is broken"), "{}", ran.stderr);
}

#[test]
fn an_unknown_format_is_rejected_with_the_known_ones() {
    let home = Home::new();
    fs::write(home.file(), "{}").unwrap();
    for (name, text, output) in [
        ("notes.md", "# Notes\n", "it has none of the formats"),
        ("front.md", "---\ntitle: x\n---\n", "front matter"),
        ("list.json", "[1, 2]", "does not contain an object of conversations"),
        ("cut.json", "{\"a\": ", "not valid JSON"),
        ("bytes.json", "\u{0}", "it has none of the formats"),
    ] {
        let file = write(&home, name, text);
        let ran = home.run(&["import", &file]);
        assert_eq!(ran.code, 1, "{name}");
        assert!(ran.stderr.contains(output), "{name}: {}", ran.stderr);
        assert!(ran.stderr.contains("Nothing was changed."), "{name}: {}", ran.stderr);
    }
    let good = write(&home, "good.json", export(1));
    let ran = home.run(&["import", &good, "/no/such/file"]);
    assert_eq!(ran.code, 1, "one cannot be read, so none is taken");
    assert_eq!(home.text(), "{}");
    assert_eq!(home.run(&["import"]).code, 2);
}

#[test]
fn a_damaged_conversation_is_reported_and_the_others_are_imported() {
    let home = Home::new();
    let text = r#"{"bad": {"chat_name": null}, "old": {"data": {"id": "old", "created_at": 1, "metadata": {}, "object": "thread"}, "chat_name": "Old", "last_update": 5.5, "assistant_id": "asst"}}"#;
    let ran = home.run(&["import", &write(&home, "other.json", text)]);
    assert_eq!(ran.code, 1);
    let left_out = "bad       left out, because it is damaged (it has no title)\n";
    assert!(ran.stdout.contains(left_out), "{}", ran.stdout);
    assert!(ran.stderr.contains("1 new"), "{}", ran.stderr);
    assert_eq!(stored(&home)["old"]["last_update"], 5, "a fraction would cost the whole file");
    assert_eq!(stored(&home)["old"]["assistant_id"], "asst");
    accepted(&home);
}

#[test]
fn a_conflict_copy_is_offered_once_and_merged() {
    let home = Home::new();
    let record = |id: &str, messages: &[(&str, i64)]| {
        let mut it = Conversation::new(ConversationId::new(id), "T", Timestamp::from_seconds(1));
        for (text, time) in messages {
            it.messages.push(Message::question(*text, Timestamp::from_seconds(*time)));
            it.last_update = Timestamp::from_seconds(*time);
        }
        format!("  {}", conversation_json(&it, NewMessageKeys::Eight))
    };
    let ours = format!("{{\n{}\n}}", record("a", &[("one", 1), ("ours", 3)]));
    fs::write(home.file(), &ours).unwrap();
    assert_eq!(home.run(&["list"]).stderr, "");
    let theirs =
        format!("{{\n{},\n{}\n}}", record("a", &[("one", 1), ("theirs", 2)]), record("b", &[]));
    let copy = home.chats().join("ann (conflicted copy 2025-07-18).json");
    fs::write(&copy, &theirs).unwrap();
    let output = home.run(&["list"]).stderr;
    assert!(output.contains("duologue merge '"), "{output}");
    assert_eq!(output.lines().count(), 1);
    let name = copy.display().to_string();
    let dry = home.run(&["merge", "--dry-run", &name]);
    assert!(dry.stdout.contains("T: would get 1 message"), "{}", dry.stdout);
    assert_eq!(home.text(), ours);
    let ran = home.run(&["merge", &name]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let texts: Vec<Value> = stored(&home)["a"]["messages"].as_array().unwrap().clone();
    let texts: Vec<&str> = texts.iter().map(|it| it["text"].as_str().unwrap()).collect();
    assert_eq!(texts, ["one", "theirs", "ours"]);
    assert!(home.text().contains("\"b\": {"));
    accepted(&home);
    assert_eq!(home.run(&["list"]).stderr, "", "merged, so not offered again");
    assert_eq!(fs::read_to_string(&copy).unwrap(), theirs, "the copy stays as it was");
    let before = home.text();
    assert_eq!(home.run(&["merge", &name]).code, 0);
    assert_eq!(home.text(), before);
    fs::write(&copy, format!("{{\n{}\n}}", record("c", &[("new", 9)]))).unwrap();
    assert!(home.run(&["list"]).stderr.contains("duologue merge"), "it is another one by now");
    let own = home.file().display().to_string();
    assert_eq!(home.run(&["merge", &own]).code, 2);
}

#[test]
fn every_web_file_is_imported_completely_and_accepted_by_the_web_app() {
    let home = Home::new();
    let files = chats_files();
    for file in &files {
        let ran = home.run(&["import", file.path.to_str().unwrap()]);
        assert_eq!(ran.code, 0, "{}: {}{}", file.name, ran.stdout, ran.stderr);
    }
    accepted(&home);
    let here = parse_chats_file(&home.text()).unwrap();
    for file in &files {
        let theirs = parse_chats_file(&file.text).unwrap();
        for IncomingConversation { conversation, .. } in theirs {
            let same = |it: &&IncomingConversation| it.conversation.id == conversation.id;
            let here = &here.iter().find(same).unwrap().conversation.messages;
            for message in &conversation.messages {
                assert!(here.iter().any(|it| it.is_same(message)), "{}", file.name);
            }
        }
    }
    let before = home.text();
    let words = files.iter().map(|file| file.path.to_str().unwrap());
    home.run(&["import"].into_iter().chain(words).collect::<Vec<_>>());
    assert_eq!(home.text(), before);
}

#[test]
fn a_conversation_is_imported_from_the_server_by_a_response_id() {
    let server = demo_server();
    let here = Home::new().with_server(server.base_url());
    here.run(&["ask", "My name is Ann"]);
    let last = here.run(&["ask", "-c", "--json", "What did I say first?"]).stdout;
    let last: Value = serde_json::from_str(&last).unwrap();
    let id = last["response_id"].as_str().unwrap();
    let there = Home::new().with_server(server.base_url());
    let ran = there.run(&["import", id]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    let all = stored(&there);
    let chat = all.as_object().unwrap().values().next().unwrap();
    assert_eq!(chat["chat_name"], "My name is Ann");
    assert_eq!(chat["messages"].as_array().unwrap().len(), 4);
    assert_eq!(chat["last_response_id"], id);
    accepted(&there);
    for home in [&there, &here] {
        let before = home.text();
        let ran = home.run(&["import", "--json", id]);
        let reported: Value = serde_json::from_str(&ran.stdout).unwrap();
        assert_eq!(reported["conversations"][0]["state"], "same", "{reported}");
        assert_eq!(home.text(), before);
    }
    // It goes on there, and the rest is fetched here.
    let more = there.run(&["ask", "-c", "--json", "show"]).stdout;
    let more: Value = serde_json::from_str(&more).unwrap();
    let ran = here.run(&["import", "--json", more["response_id"].as_str().unwrap()]);
    let reported: Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(reported["conversations"][0]["messages"], 2, "{reported}");
    assert_eq!(reported["conversations"][0]["threadId"], last["threadId"]);
    let gone = here.run(&["import", "resp_no_such"]);
    assert_eq!(gone.code, 1);
    assert!(!gone.stderr.is_empty());
}

fn conversation() -> impl Strategy<Value = Conversation> {
    let text = prop::sample::select(vec![
        "",
        "hi",
        "a\r\nb\n",
        "---\n# x",
        "\u{0}\u{7f}\u{9b}",
        "名😀\u{202e}",
        "<!-- message end -->",
    ]);
    let message = (text.clone(), any::<bool>(), 0_i64..50, any::<bool>()).prop_map(
        |(text, answer, time, known)| {
            let time = Timestamp::from_seconds(time);
            let id = known.then(|| ResponseId::new(format!("resp_{}", time.seconds())));
            if answer { Message::answer(text, time, id) } else { Message::question(text, time) }
        },
    );
    let messages = prop::collection::vec(message, 0..6);
    (0_u8..4, text, messages).prop_map(|(id, title, messages)| {
        let id = ConversationId::new(format!("id {id}"));
        let mut it = Conversation::new(id, title, Timestamp::from_seconds(5));
        it.last_response_id = messages.iter().rev().find_map(|it| it.response_id.clone());
        it.messages = messages;
        it.last_update = Timestamp::from_seconds(60);
        it
    })
}

/// Exports everything of one home and imports it into another.
fn carried_over(from: &Home, format: &str, to: &Home, name: &str) {
    let file = from.path().join(name);
    let path = file.to_str().unwrap();
    let ran = from.run(&["export", "--all", "--format", format, "--force", "-o", path]);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let ran = to.run(&["import", path]);
    assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
}

fn everything(file: &Path) -> Vec<(String, Value)> {
    let all: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    all.as_object().unwrap().iter().map(|(id, it)| (id.clone(), it.clone())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    #[test]
    fn export_then_import_gives_the_same_conversations(
        chats in prop::collection::vec(conversation(), 1..5)
    ) {
        let home = Home::new();
        let mut members: Vec<String> = Vec::new();
        for (position, mut it) in chats.into_iter().enumerate() {
            it.id = ConversationId::new(format!("id-{position}"));
            members.push(format!("  {}", conversation_json(&it, NewMessageKeys::Eight)));
        }
        fs::write(home.file(), format!("{{\n{}\n}}", members.join(",\n"))).unwrap();
        for (format, name) in [("json", "all.json"), ("markdown", "all.md")] {
            let other = Home::new();
            carried_over(&home, format, &other, name);
            prop_assert_eq!(everything(&other.file()), everything(&home.file()));
            if format == "json" {
                prop_assert_eq!(other.text(), home.text(), "to the byte");
            }
        }
    }

    #[test]
    fn merging_loses_nothing_and_merging_again_changes_nothing(
        ours in prop::collection::vec(conversation(), 0..4),
        theirs in prop::collection::vec(conversation(), 0..4),
    ) {
        let home = Home::new();
        let text = |chats: &[Conversation]| {
            let mut seen = std::collections::HashSet::new();
            let chats = chats.iter().filter(|it| seen.insert(it.id.clone()));
            let all: Vec<String> = chats.map(|it| format!("  {}", conversation_json(it, NewMessageKeys::Eight))).collect();
            if all.is_empty() { "{}".to_owned() } else { format!("{{\n{}\n}}", all.join(",\n")) }
        };
        fs::write(home.file(), text(&ours)).unwrap();
        let other = write(&home, "other.json", text(&theirs));
        let ran = home.run(&["merge", &other]);
        prop_assert_eq!(ran.code, 0, "{}", ran.stderr);
        let key = |it: &Value| format!("{}{}{}{}", it["role"], it["text"], it["timestamp"], it["response_id"]);
        let count = |all: &Value, key_of: &str| {
            all.as_array().unwrap().iter().filter(|it| key(it) == key_of).count()
        };
        let merged = stored(&home);
        for side in [text(&ours), text(&theirs)] {
            let side: Value = serde_json::from_str(&side).unwrap();
            for (id, chat) in side.as_object().unwrap() {
                for message in chat["messages"].as_array().unwrap() {
                    let expected = count(&chat["messages"], &key(message));
                    prop_assert!(count(&merged[id]["messages"], &key(message)) >= expected);
                }
            }
        }
        let before = home.text();
        prop_assert_eq!(home.run(&["merge", &other]).code, 0);
        prop_assert_eq!(home.text(), before);
    }
}

#[test]
fn an_export_with_an_unreadable_conversation_fails_after_the_others_are_imported() {
    let home = Home::new();
    let damaged = json!({ "title": 5, "mapping": {}, "author": null });
    let file = write(&home, "damaged.json", json!([damaged]).to_string());
    let ran = home.run(&["import", &file]);
    assert!(ran.stderr.contains("1 conversation cannot be read"), "{}", ran.stderr);
    assert!(ran.stderr.contains("0 already there, 1 left out."), "{}", ran.stderr);
    assert_eq!(ran.code, 1, "{}", ran.stderr);
    let mut records: Value = serde_json::from_str(&export(1)).unwrap();
    records.as_array_mut().unwrap().push(damaged);
    let file = write(&home, "partly.json", records.to_string());
    assert_eq!(home.run(&["import", &file]).code, 1);
    assert_eq!(stored(&home)[ID]["messages"].as_array().unwrap().len(), 2);
    assert_eq!(home.run(&["merge", &file]).code, 1);
}
